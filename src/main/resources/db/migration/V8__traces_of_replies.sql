-- The trace that a reply belongs to, by which logs and spans name it; null: not known, or erased with its guest.
-- Ids that are made here begin with the time, so that this index grows at its end.
ALTER TABLE webhook_repeat ADD COLUMN trace_id TEXT;
CREATE INDEX webhook_repeat_trace_id ON webhook_repeat (trace_id);
