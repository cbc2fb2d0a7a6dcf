package dev.guestbridge.store;

/** Makes and changes a PostgreSQL's tables as their owner, where the bridge's own user may not. */
public final class StoreUpgrade {

    private final Address address;

    /** @param owner may make tables there */
    public StoreUpgrade(String jdbcUrl, String owner, String password) {
        address = Address.of(jdbcUrl, owner, password).calledBy("store");
        if (!address.isShared()) {
            throw address.unavailable("a file's tables are brought up to date by the bridge that has it");
        }
    }

    /**
     * Brings them to this Guestbridge's version.
     *
     * @param user is given the rights to use them; empty: nobody is
     * @return how many changes there were
     * @throws StoreUnavailable when that fails
     */
    public int carryOut(String user) {
        try {
            Tables tables = new Tables(address, StoreLimits.USUAL);
            int pending = tables.info().pending().length;
            tables.bringUpToDate();
            if (!user.isEmpty()) {
                tables.allow(user);
            }
            return pending;
        } catch (Exception e) {
            throw address.unavailable(e);
        }
    }
}
