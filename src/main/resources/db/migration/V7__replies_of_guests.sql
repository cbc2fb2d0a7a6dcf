-- Of each webhook taken, what a guest's timeline tells: for whom and of what kind, never what it says. Null: not known.
ALTER TABLE webhook_repeat ADD COLUMN channel TEXT;          -- null too: of none, it went to guest.unrouted
ALTER TABLE webhook_repeat ADD COLUMN external_id TEXT;
ALTER TABLE webhook_repeat ADD COLUMN kind TEXT;             -- text, structured, typing, receipt, ended
ALTER TABLE webhook_repeat ADD COLUMN conversation_id TEXT;
ALTER TABLE webhook_repeat ADD COLUMN kept INTEGER;          -- 1: it waits in the outbox; 0: it did; null: it never had to
ALTER TABLE webhook_repeat ADD COLUMN queued_at TEXT;        -- when it left the outbox for its queue
ALTER TABLE webhook_repeat ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0; -- how often the same came again
ALTER TABLE webhook_repeat ADD COLUMN repeated_at TEXT;      -- when it last did

-- Operators ask for the replies to one guest.
CREATE INDEX webhook_repeat_external_id ON webhook_repeat (external_id, taken_at);

-- Whoever empties the outbox finds those that waited there, and no others.
CREATE INDEX webhook_repeat_kept ON webhook_repeat (digest) WHERE kept = 1;
