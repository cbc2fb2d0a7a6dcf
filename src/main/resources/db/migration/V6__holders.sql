-- Who began a message's sending last, as <instance>/<taking>, so that a begin said twice counts once, and an instance learns
-- that another is at it; null when that attempt is over.
ALTER TABLE ledger ADD COLUMN holder TEXT;

-- The instances on a store that several share; who wasn't seen for a while is dead, or stands still.
CREATE TABLE instance (
  id TEXT NOT NULL PRIMARY KEY,
  seen_at BIGINT NOT NULL           -- nanoseconds since 1970 by the database's clock
);
