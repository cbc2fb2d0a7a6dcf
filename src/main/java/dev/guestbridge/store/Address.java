package dev.guestbridge.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;

/** Where the store is, and how to speak of it without telling a secret. */
final class Address {

    private static final String SQLITE = "jdbc:sqlite:";
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final int BUSY_MS = 5_000;
    /** By which an instance's connections are known to the server. */
    static final String BRIDGE = "guestbridge";

    private static final Pattern USER_INFO = Pattern.compile("//[^/]*@");
    private static final Pattern SECRETS_IN_URL = Pattern.compile("//([^/]*)@|(?i:password)=([^&]*)");

    private final String url;
    private final String username;
    private final String password;
    private final String application;

    private Address(String url, String username, String password, String application) {
        this.url = url;
        this.username = username;
        this.password = password;
        this.application = application;
    }

    static Address of(String jdbcUrl, String username, String password) {
        return new Address(
                jdbcUrl == null ? "" : jdbcUrl.strip(),
                username == null ? "" : username,
                password == null ? "" : password,
                BRIDGE);
    }

    /** The same for one who is no bridge. */
    Address calledBy(String other) {
        return new Address(url, username, password, BRIDGE + " " + other);
    }

    /** True where other instances may write to the same store. */
    boolean isShared() {
        return url.startsWith(POSTGRESQL);
    }

    /** True where the driver looks for the right one of several servers. */
    boolean seeksServer() {
        return url.contains("targetServerType=");
    }

    /** Whether the driver leaves nothing behind in a connection that the next statement would have to find there. */
    boolean preparesNothing() {
        return url.contains("prepareThreshold=0");
    }

    /** For what is answered at once, or not at all: an answer that takes longer than the limits say is given up. */
    DataSource dataSource(StoreLimits limits) throws IOException {
        if (url.startsWith(SQLITE)) {
            return sqlite();
        }
        PGSimpleDataSource source = postgresql(limits);
        if (!url.contains("socketTimeout=")) {
            source.setSocketTimeout(seconds(limits.answerMs()));
        }
        return source;
    }

    /** For what may take its time: changing tables, and moving all that they hold. */
    DataSource patientDataSource(StoreLimits limits) throws IOException {
        if (url.startsWith(SQLITE)) {
            return sqlite();
        }
        PGSimpleDataSource source = postgresql(limits);
        source.setSocketTimeout(0);
        source.setReWriteBatchedInserts(true);
        return source;
    }

    private DataSource sqlite() throws IOException {
        createFile();
        // what is set here wins over parameters in the url
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL); // each commit is on the disk before it is confirmed
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE); // waits for a foreign writer, never upgrades
        config.setBusyTimeout(BUSY_MS);
        config.setPragma(
                SQLiteConfig.Pragma.SECURE_DELETE, "on"); // what is deleted is overwritten: guests may be erased
        SQLiteDataSource source = new SQLiteDataSource(config) {
            @Override
            public SQLiteConnection getConnection(String user, String secret) throws SQLException {
                return new FileConnection(url, url.substring(SQLITE.length()), config.toProperties());
            }
        };
        source.setUrl(url);
        return source;
    }

    /** The file that the store is. */
    Path file() {
        String name = url.startsWith(SQLITE)
                ? url.substring(SQLITE.length()).replaceFirst("\\?.*$", "").replaceFirst("^file:", "")
                : "";
        if (name.isEmpty() || name.startsWith(":") || url.contains("mode=memory")) {
            throw unavailable("it must be a file, to outlive the process");
        }
        return Path.of(name).toAbsolutePath();
    }

    /** Creates the folder and, for its owner alone, the file: it holds guests' tokens. */
    private void createFile() throws IOException {
        Path file = file();
        Files.createDirectories(file.getParent());
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            try {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } catch (FileAlreadyExistsException e) {
                // its permissions are the operator's
            }
        }
    }

    /** @throws StoreUnavailable when the file is damaged: with a part of the ledger lost, repeats would be silent */
    void demandSound(DataSource source) throws SQLException {
        if (!url.startsWith(SQLITE)) {
            return;
        }
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("PRAGMA quick_check(1)")) {
            String word = found.next() ? found.getString(1) : "no answer";
            if (!word.equals("ok")) {
                throw unavailable(
                        "the file is damaged (" + word.lines().findFirst().orElse("")
                                + "); put back a sound copy of it, or move it away to begin with an empty ledger");
            }
        }
    }

    private PGSimpleDataSource postgresql(StoreLimits limits) {
        if (!isShared()) {
            throw unavailable("a store's url begins with " + SQLITE + " or " + POSTGRESQL);
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        if (!username.isEmpty()) {
            source.setUser(username);
        }
        if (!password.isEmpty()) {
            source.setPassword(password);
        }
        if (!url.contains("connectTimeout=")) {
            source.setConnectTimeout(seconds(limits.connectMs()));
        }
        if (!url.contains("ApplicationName=")) {
            source.setApplicationName(application);
        }
        source.setTcpKeepAlive(true);
        source.setLogServerErrorDetail(false); // it would quote rows
        return source;
    }

    private static int seconds(int millis) {
        return Math.max(1, (millis + 999) / 1_000);
    }

    StoreUnavailable unavailable(String reason) {
        return unavailable(reason, null);
    }

    StoreUnavailable unavailable(String reason, String cure) {
        return new StoreUnavailable(sentence(reason), cure, null);
    }

    StoreUnavailable unavailable(Throwable cause) {
        if (cause instanceof StoreUnavailable already) {
            return already;
        }
        if (tellsSecret(cause)) {
            return unavailable("the driver refuses it (" + cause.getClass().getSimpleName() + ")");
        }
        Refusal refusal = Refusal.of(cause);
        return new StoreUnavailable(sentence(refusal.reason()), refusal.cure(), cause);
    }

    String sentence(String reason) {
        return "The store " + this + " can't be used: " + reason;
    }

    private boolean tellsSecret(Throwable cause) {
        List<String> secrets = SECRETS_IN_URL
                .matcher(url)
                .results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .collect(Collectors.toCollection(ArrayList::new));
        secrets.add(password);
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            String message = String.valueOf(inner.getMessage());
            if (secrets.stream().anyMatch(secret -> !secret.isEmpty() && message.contains(secret))) {
                return true;
            }
        }
        return false;
    }

    /** The url without parameters, user or password. */
    @Override
    public String toString() {
        return USER_INFO.matcher(url.replaceFirst("\\?.*$", "")).replaceFirst("//");
    }
}
