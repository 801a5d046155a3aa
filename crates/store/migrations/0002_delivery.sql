-- Delivery: where messages and events go, what waits to go there, and what every attempt was answered.

-- How an org sends SMS and e-mail. Settings are JSON that is sealed: they hold passwords.
CREATE TABLE accounts (
  org_id BIGINT NOT NULL,
  kind {key} NOT NULL,
  provider TEXT NOT NULL,
  settings TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, kind)
) {clustered};

-- Who is told of what happens. Secrets are sealed; the old one signs as well until it runs out.
CREATE TABLE endpoints (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  dialects TEXT NOT NULL,
  format TEXT NOT NULL,
  secret TEXT NOT NULL,
  old_secret TEXT,
  old_secret_until BIGINT,
  state {key} NOT NULL,
  reason TEXT NOT NULL,
  failing_since BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number)
) {clustered};

-- One event on its way to one endpoint. `due_at` is when it is tried next, and while it is being tried when somebody else
-- may take it over; NULL once it has arrived or was given up.
CREATE TABLE deliveries (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  endpoint_id BIGINT NOT NULL,
  event TEXT NOT NULL,
  customer_id BIGINT,
  body TEXT NOT NULL,
  state {key} NOT NULL,
  due_at BIGINT,
  attempts BIGINT NOT NULL,
  step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (org_id, id)
);

CREATE INDEX deliveries_by_due ON deliveries (org_id, endpoint_id, due_at, id) WHERE due_at IS NOT NULL;

-- What must go before what: events of one customer arrive in their order.
CREATE INDEX deliveries_by_customer ON deliveries (org_id, endpoint_id, customer_id, id) WHERE due_at IS NOT NULL;

CREATE INDEX deliveries_dead ON deliveries (org_id, endpoint_id, id) WHERE state = 'dead';

-- Each attempt at a delivery or a message.
CREATE TABLE attempts (
  org_id BIGINT NOT NULL,
  delivery_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  status BIGINT,
  millis BIGINT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (org_id, delivery_id, number)
) {clustered};

-- Messages sent, by day of the org's calendar: one row for the whole org with an empty recipient, one for each recipient.
CREATE TABLE send_counts (
  org_id BIGINT NOT NULL,
  kind {key} NOT NULL,
  day BIGINT NOT NULL,
  recipient {key} NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (org_id, kind, day, recipient)
) {clustered};

-- The HTML part of an e-mail.
ALTER TABLE messages ADD COLUMN html TEXT;

-- Where on the schedule of retries it is; nothing means at the beginning.
ALTER TABLE messages ADD COLUMN step BIGINT;

-- The door through which it was asked for.
ALTER TABLE messages ADD COLUMN dialect TEXT;

CREATE INDEX messages_by_kind_due ON messages (org_id, kind, due_at, id) WHERE due_at IS NOT NULL;
