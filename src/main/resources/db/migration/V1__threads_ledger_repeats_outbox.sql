-- One SQL for SQLite and PostgreSQL: TEXT, INTEGER and BIGINT only, ON CONFLICT and RETURNING where needed.
-- Times are ISO-8601 in UTC with nine digits of a second, so that they read well and sort as text.

-- What Genesys gave us for one guest of one channel.
CREATE TABLE guest_thread (
  org TEXT NOT NULL,
  channel TEXT NOT NULL,
  external_id TEXT NOT NULL,        -- as the channel names the guest
  confirmed_id TEXT NOT NULL,       -- as Genesys names the guest
  thread_id TEXT,
  conversation_id TEXT,
  conversation_at TEXT,             -- Genesys' time of the newest word about the conversation
  ended_conversation_id TEXT,       -- the conversation that ended last; late webhooks don't bring it back
  participant_id TEXT,
  guest_id TEXT,
  guest_token TEXT,                 -- secret
  guest_token_expires_at TEXT,
  opened_at TEXT,
  used_at TEXT NOT NULL,            -- within the hour; what purging goes by
  PRIMARY KEY (org, channel, external_id)
);
CREATE INDEX guest_thread_used_at ON guest_thread (used_at);

-- What became of each guest message.
CREATE TABLE ledger (
  channel TEXT NOT NULL,
  id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  bus_id TEXT,                      -- the bus message that was begun or settled last
  starts INTEGER NOT NULL,          -- sendings begun whose end isn't recorded
  begun_at TEXT NOT NULL,           -- when the last one began; what purging goes by
  state TEXT NOT NULL CHECK (state IN ('open', 'delivered', 'dead', 'dropped')),
  error_class TEXT,
  status INTEGER,
  code TEXT,
  reason TEXT,
  advice TEXT,
  correlation_id TEXT,
  genesys_id TEXT,
  conversation_id TEXT,
  attempts INTEGER,
  possible_repeat INTEGER,          -- 1: Genesys may have it twice; while open, that it may have it
  settled_at TEXT,
  PRIMARY KEY (channel, id)
);
CREATE INDEX ledger_begun_at ON ledger (begun_at);

-- Webhooks taken, by which a repeat is recognised.
CREATE TABLE webhook_repeat (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  time TEXT NOT NULL,               -- as the webhook wrote it
  taken_at TEXT NOT NULL,
  PRIMARY KEY (org, id, time)
);
CREATE INDEX webhook_repeat_taken_at ON webhook_repeat (taken_at);

-- Replies that the broker could not take, in order.
CREATE TABLE outbox (
  sequence BIGINT NOT NULL PRIMARY KEY,
  queue TEXT NOT NULL,
  message_group TEXT,
  duplicate_id TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL,
  kept_at TEXT NOT NULL
);

-- The last number given; its row lock makes the order of numbers the order of commits, across instances too.
CREATE TABLE outbox_sequence (last BIGINT NOT NULL);
INSERT INTO outbox_sequence (last) VALUES (0);

-- Written by the health check: a store that can be read but not written can't be used.
CREATE TABLE probe (probed_at TEXT NOT NULL);
INSERT INTO probe (probed_at) VALUES ('never');
