package dev.guestbridge.store;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * What a database refuses, for an operator.
 *
 * @param reason on one line, with the database's own words
 * @param cure what to do; null where that isn't known
 */
record Refusal(String reason, String cure) {

    private static final String NO_ANSWER = "it gives no answer";

    /** By PostgreSQL's SQLSTATE: its words alone don't say what to do. */
    private static final Map<String, Refusal> KNOWN = Map.ofEntries(
            known("28P01", "it refuses the password", "set store.username and store.password as they are there"),
            known(
                    "28000",
                    "it doesn't let the user in",
                    "see which users, addresses and encryption its pg_hba.conf allows, and store.username"),
            known(
                    "3D000",
                    "it has no such database",
                    "create it, or correct store.url; the tables are made by the first start"),
            known(
                    "42501",
                    "the user lacks a right",
                    "give it the rights to the tables, or have their owner run 'guestbridge store upgrade'"),
            known(
                    "53300",
                    "it has no connection left",
                    "raise its max_connections, or lower store.connections of the instances"),
            known("53100", "its disk is full", "make room there; the bridge goes on by itself"),
            known("53200", "it is out of memory", "see what uses it there; the bridge goes on by itself"),
            known("57P03", "it isn't ready yet", "wait; the bridge goes on by itself"),
            known("57P01", "it ended the connection", "the bridge connects again by itself"),
            known(
                    "25006",
                    "it only reads",
                    "lead store.url to the primary: jdbc:postgresql://one,other/database?targetServerType=primary"
                            + " finds it"),
            known("57014", "it was too slow", "look at its load and disks; store.answer-timeout-ms is how long it has"),
            known(
                    "55P03",
                    "another session holds what is needed",
                    "look for it in pg_locks; store.lock-timeout-ms is how long it is waited for"));

    /** Another connection would get no other answer; of all works of a batch it is true if it is of one. */
    private static final Set<String> OF_ALL = Set.of("25006", "53100", "53200", "53300", "57014", "57P03", "58030");

    /** Besides those, what another moment alone may change: it ended the connection, or another session was in the way. */
    private static final Set<String> OF_THE_MOMENT = Set.of("40001", "40P01", "55P03", "57P01", "57P02");

    /** SQLite's: busy, read-only, fault of the disk, full, can't be opened. */
    private static final Set<Integer> OF_ALL_IN_A_FILE = Set.of(5, 8, 10, 13, 14);

    private static Map.Entry<String, Refusal> known(String state, String reason, String cure) {
        return Map.entry(state, new Refusal(reason, cure));
    }

    static Refusal of(Throwable cause) {
        SQLException told = null;
        boolean encrypting = false;
        boolean silent = false;
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            told = inner instanceof SQLException sql ? sql : told;
            encrypting |= inner instanceof SSLException;
            silent |= inner instanceof SocketTimeoutException;
            if (inner instanceof UnknownHostException) {
                return new Refusal(
                        "nobody knows a machine named " + inner.getMessage(),
                        "correct store.url, or have the name entered; the bridge goes on by itself");
            }
        }
        String words = words(told == null ? cause : told);
        // the pool's own: all connections are waited for
        if (silent || told instanceof SQLTransientConnectionException) {
            return new Refusal(
                    NO_ANSWER,
                    "look at the server, its load and its locks, and at the way to it; the bridge goes on by itself");
        }
        if (encrypting) {
            return new Refusal(
                    words,
                    "sslrootcert in store.url names the file of the authority that is trusted, and the server's name"
                            + " must be the certificate's");
        }
        if (words.contains(
                "unsupported startup parameter")) { // PgBouncer's words; its SQLSTATE is any protocol's fault
            return new Refusal(
                    "a pooler in front of it doesn't know what the driver says first (" + words + ")",
                    "take it out of store.url; instead of currentSchema, which is search_path there, let the user have its"
                            + " own (ALTER ROLE … SET search_path). Or let PgBouncer pass it over, and lose it:"
                            + " ignore_startup_parameters");
        }
        Refusal known = told == null || told.getSQLState() == null ? null : KNOWN.get(told.getSQLState());
        return known == null ? new Refusal(words, null) : new Refusal(known.reason + " (" + words + ")", known.cure);
    }

    /**
     * Whether it may be over without a change here: the database is away, starting, overloaded. What it refuses for its user,
     * its name or a certificate, and what its tables are, isn't.
     *
     * @param seeks whether one of several servers is looked for, of which none may be the right one for a while
     */
    static boolean mayPass(Throwable cause, boolean seeks) {
        SQLException told = null;
        boolean cutOff = false;
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof CertificateException) {
                return false;
            }
            told = inner instanceof SQLException sql ? sql : told;
            cutOff |= inner instanceof SocketException
                    || inner instanceof SocketTimeoutException
                    || inner instanceof UnknownHostException
                    || inner instanceof EOFException;
        }
        String state = told == null ? null : told.getSQLState();
        return cutOff
                || told instanceof SQLTransientConnectionException
                || seeks && "08001".equals(state)
                || state != null && (OF_ALL.contains(state) || OF_THE_MOMENT.contains(state));
    }

    /** Whether all works would be refused alike. */
    static boolean concernsAll(SQLException refusal) {
        return refusal.getSQLState() == null
                ? OF_ALL_IN_A_FILE.contains(refusal.getErrorCode() & 0xff)
                : OF_ALL.contains(refusal.getSQLState());
    }

    /** Whether another session held what was needed, which may be one row. */
    static boolean waitedInVain(SQLException refusal) {
        return "55P03".equals(refusal.getSQLState());
    }

    /** Whether the connection leads to a server that was the right one, and isn't any more. */
    static boolean leadsElsewhere(Throwable refusal) {
        return refusal instanceof SQLException sql && "25006".equals(sql.getSQLState());
    }

    private static String words(Throwable told) {
        String message = told.getMessage();
        boolean needsName = message == null || told instanceof IOException;
        String line = message == null ? "" : message.lines().findFirst().orElse("");
        return (needsName ? told.getClass().getSimpleName() + " " + line : line).strip();
    }
}
