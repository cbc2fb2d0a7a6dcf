package dev.guestbridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A bridge's hold on what only one may use at a time; it ends with the process, however that ends. */
public final class FolderLock implements AutoCloseable {

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it; creates the file and its folder where they are missing.
     *
     * @throws IllegalStateException when another bridge has it; names that one's process
     * @throws IOException when the folder can't be written to
     */
    public static FolderLock take(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(
                        String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
                channel.force(true);
                return new FolderLock(channel);
            }
        } catch (OverlappingFileLockException heldInThisProcess) {
            // told below
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IllegalStateException(
                "another bridge uses it, process " + Files.readString(file).strip());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
