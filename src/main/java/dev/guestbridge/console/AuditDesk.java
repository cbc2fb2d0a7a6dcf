package dev.guestbridge.console;

import dev.guestbridge.console.Operations.Asked;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.store.Audit;
import java.util.List;

/** What operators did. */
public final class AuditDesk {

    private static final int MOST = 1_000;
    private static final int USUAL = 100;

    private final Audit audit;

    public AuditDesk(Audit audit) {
        this.audit = audit;
    }

    public void open(Operations operations) {
        operations.read("/audit", this::newest);
    }

    private List<Audit.Act> newest(Asked asked) throws Refused {
        int limit = asked.number("limit", 1, MOST, USUAL);
        String guest = asked.optional("guest");
        return guest == null ? audit.newest(limit) : audit.newest(guest, limit);
    }
}
