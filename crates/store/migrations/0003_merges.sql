-- Merges, and what the journal needs to play a call again.

-- One record merged into another. `taken` is what the winner gained, `moved` which rows changed hands: enough to take it all
-- back, and no more.
CREATE TABLE merges (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  winner_id BIGINT NOT NULL,
  loser_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  taken TEXT NOT NULL,
  moved TEXT NOT NULL,
  undone_at BIGINT,
  undone_by TEXT,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number),
  FOREIGN KEY (org_id, winner_id) REFERENCES customers (org_id, id),
  FOREIGN KEY (org_id, loser_id) REFERENCES customers (org_id, id)
);

CREATE INDEX merges_by_winner ON merges (org_id, winner_id, id);

CREATE INDEX merges_by_loser ON merges (org_id, loser_id, id);

CREATE INDEX customers_by_canonical ON customers (org_id, canonical_id) WHERE canonical_id IS NOT NULL;

-- Deals that concern others than their customer are few, and only they name customers in a list.
CREATE INDEX deals_with_contacts ON deals (org_id, id) WHERE contacts <> '[]';

CREATE INDEX duplicates_open ON duplicates (org_id, high_id, low_id) WHERE state = 'open';

-- Path and query as they came, with secrets masked.
ALTER TABLE requests ADD COLUMN target TEXT;

ALTER TABLE requests ADD COLUMN content_type TEXT;

-- On whose behalf, and through which listener.
ALTER TABLE requests ADD COLUMN user_id BIGINT;

ALTER TABLE requests ADD COLUMN listener_id BIGINT;

-- The call that this one played again.
ALTER TABLE requests ADD COLUMN replay_of BIGINT;

CREATE INDEX requests_by_dialect ON requests (org_id, dialect, id);

CREATE INDEX requests_failed ON requests (org_id, id) WHERE outcome <> 'ok';

CREATE INDEX tickets_open ON tickets (org_id, created_at, id) WHERE closed_at IS NULL;

-- What was done to many customers at once, a row for each transaction, with what each of them had before.
CREATE TABLE bulks (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  slice BIGINT NOT NULL,
  at BIGINT NOT NULL,
  action TEXT NOT NULL,
  kept TEXT NOT NULL,
  undone_at BIGINT,
  PRIMARY KEY (org_id, id, slice)
);
