-- What operators did, for those who ask later.
CREATE TABLE audit (
  id TEXT NOT NULL PRIMARY KEY,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  act TEXT NOT NULL,                -- such as 'resume'
  about TEXT NOT NULL               -- what was asked, as JSON
);
CREATE INDEX audit_at ON audit (at);

-- Operators ask for the messages of one guest, and for a message by its id alone.
CREATE INDEX ledger_external_id ON ledger (external_id, begun_at);
CREATE INDEX ledger_id ON ledger (id);

-- They ask for a guest in all channels, too.
CREATE INDEX guest_thread_external_id ON guest_thread (external_id);
