package dev.guestbridge;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A secret that stands in a file; what is written there anew is taken within a second, unless it can't be used. */
final class SecretFile<T> implements Supplier<T> {

    private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LARGEST = 65_536;
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private final String key;
    private final Path file;
    private final Function<String, T> reading;
    private String text;
    private T value;
    private String trouble;
    private long lookedAt;

    /**
     * Reads it for the first time.
     *
     * @param key the key that names the file, for the log
     * @param reading makes the value of the file's text; throws an IllegalArgumentException with a reason
     * @throws IllegalArgumentException with the reason why it can't be used
     */
    SecretFile(String key, Path file, Function<String, T> reading) {
        this.key = key;
        this.file = file;
        this.reading = reading;
        this.text = text(file);
        this.value = value(text);
        this.lookedAt = System.nanoTime();
    }

    @Override
    public synchronized T get() {
        if (System.nanoTime() - lookedAt > LOOK_NANOS) {
            look();
            lookedAt = System.nanoTime();
        }
        return value;
    }

    private void look() {
        try {
            String now = text(file);
            if (!now.equals(text)) {
                value = value(now);
                text = now;
                LOG.info("{}: a new secret is taken from {}", key, file);
            }
            trouble = null;
        } catch (IllegalArgumentException wrong) {
            if (!wrong.getMessage().equals(trouble)) {
                trouble = wrong.getMessage();
                LOG.warn("{}: {}; the secret read before stays in use", key, trouble);
            }
        }
    }

    private T value(String text) {
        try {
            return reading.apply(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("the file " + file + ": " + wrong.getMessage(), wrong);
        }
    }

    /** What stands in a secret's file, without blanks around it. */
    static String text(Path file) {
        try {
            if (!Files.exists(file)) {
                throw new IllegalArgumentException("the file " + file + " isn't there");
            }
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                throw new IllegalArgumentException("the file " + file + " isn't a file of a secret");
            }
            if (isOpenToOthers(file)) {
                throw new IllegalArgumentException(
                        "the file " + file + " is open to all users of this machine; chmod 600 it, or 640");
            }
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw new IllegalArgumentException("the file " + file + " is empty");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the file " + file + " isn't text in UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the file " + file + " can't be read", e);
        }
    }

    /** Whether users besides the owner and the group may do anything with it. */
    static boolean isOpenToOthers(Path file) throws IOException {
        PosixFileAttributeView posix = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return posix != null && posix.readAttributes().permissions().stream().anyMatch(OTHERS::contains);
    }
}
