package dev.guestbridge.store;

/**
 * How much an instance asks of a PostgreSQL, and how long it waits for it; a file knows none of these.
 *
 * @param connections that are kept at most
 * @param connectMs for a connection
 * @param answerMs for an answer; the server gives up a little before
 * @param lockMs for what another session holds; who stands still within a transaction keeps it for half of that
 */
public record StoreLimits(int connections, int connectMs, int answerMs, int lockMs) {

    /** Those of a bridge whose operator set none. */
    public static final StoreLimits USUAL = new StoreLimits(6, 2_000, 10_000, 5_000);

    /**
     * What each connection says first, so that the server too knows when nobody waits any more; and so that what it
     * confirms is on its disk, whatever it does for others.
     */
    String said() {
        // not as parameters of the connection: poolers refuse those that they don't know
        return """
                SELECT set_config('statement_timeout', '%d', false), set_config('lock_timeout', '%d', false),
                  set_config('idle_in_transaction_session_timeout', '%d', false),
                  set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                    ELSE current_setting('synchronous_commit') END, false)
                """
                .formatted(answerMs * 9 / 10, lockMs, lockMs / 2);
    }
}
