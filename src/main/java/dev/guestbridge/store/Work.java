package dev.guestbridge.store;

import java.sql.SQLException;

/** Something done inside a transaction; it may be rolled back and run again, so it changes nothing but the database. */
@FunctionalInterface
interface Work<T> {

    T in(Session session) throws SQLException;
}
