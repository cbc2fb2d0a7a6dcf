-- Where operators find an instance, such as host:9876; null of one from before, or one that didn't tell yet.
ALTER TABLE instance ADD COLUMN name TEXT;

-- The instance that began a message's sending last; it stays when that attempt is over, unlike the holder.
ALTER TABLE ledger ADD COLUMN tried_by TEXT;
