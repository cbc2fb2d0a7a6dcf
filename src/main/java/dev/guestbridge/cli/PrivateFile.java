package dev.guestbridge.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A file of lines for its owner alone, which takes its name when it is whole. */
final class PrivateFile implements AutoCloseable {

    private final Path file;
    private final Path part;
    private final BufferedWriter writer;

    /** @throws Refused when it is there already, or can't be made */
    PrivateFile(Path file) throws IOException {
        this.file = file;
        this.part = file.resolveSibling(file.getFileName() + ".part");
        if (Files.exists(file)) {
            throw Refused.of(file, "is there already; name another, or remove it");
        }
        try {
            if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(part);
            }
        } catch (FileAlreadyExistsException e) {
            throw Refused.of(part, "is left of another export that didn't end; remove it");
        } catch (NoSuchFileException e) {
            throw Refused.of(file, "there is no such folder");
        }
        this.writer = Files.newBufferedWriter(part, StandardCharsets.UTF_8);
    }

    void line(String line) throws IOException {
        writer.write(line);
        writer.write('\n');
    }

    /** It is whole. */
    void keep() throws IOException {
        writer.close();
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what wasn't {@link #keep kept}. */
    @Override
    public void close() throws IOException {
        writer.close();
        Files.deleteIfExists(part);
    }
}
