-- Of what stands behind a webhook's id, so that another one by the same id is told from a repeat; null: not known.
ALTER TABLE webhook_repeat ADD COLUMN digest TEXT;

-- Each round asks for the queues, and for the oldest of one.
CREATE INDEX outbox_queue ON outbox (queue, sequence);
