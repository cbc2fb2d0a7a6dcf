-- The trace that a message belongs to, by which logs, statuses and spans name it; and its span, where somebody collects them.
-- Ids that are made here begin with the time, so that this index grows at its end.
ALTER TABLE ledger ADD COLUMN trace_id TEXT;
ALTER TABLE ledger ADD COLUMN span_id TEXT;
CREATE INDEX ledger_trace_id ON ledger (trace_id);

-- A reply that waits for the broker goes on with its trace.
ALTER TABLE outbox ADD COLUMN trace_id TEXT;
ALTER TABLE outbox ADD COLUMN traceparent TEXT;
