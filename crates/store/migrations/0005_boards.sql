-- Boards, lists and the overview: what they are walked and counted by.

CREATE INDEX leads_by_assignee_status ON leads (org_id, assignee_id, status_id, created_at, id, deleted_at) WHERE deleted_at IS NULL;

-- What a deal is worth in hundredths of its currency, so that a board can sum without reading the deals themselves.
-- NULL in a deal that was last written before this column was.
ALTER TABLE deals ADD COLUMN amount BIGINT;

ALTER TABLE deals ADD COLUMN currency_id BIGINT;

CREATE INDEX deals_by_sum ON deals (org_id, stage_id, currency_id, permit, customer_id, amount);

CREATE INDEX deals_by_permit ON deals (org_id, id) WHERE permit <> 1;

CREATE INDEX deals_unsummed ON deals (org_id, id) WHERE amount IS NULL;

-- Counts the changes, from 1; NULL in a ticket that was never changed since it had one.
ALTER TABLE tickets ADD COLUMN version BIGINT;

CREATE INDEX tickets_by_team ON tickets (org_id, team_id, id);

CREATE INDEX notes_by_ticket ON notes (org_id, ticket_id) WHERE ticket_id IS NOT NULL;

-- Where a customer or lead came from when it was made.
ALTER TABLE changes ADD COLUMN source_id BIGINT;

CREATE INDEX changes_of_arrivals ON changes (org_id, at, subject, dialect, source_id) WHERE what = 'created' AND subject IN ('customer', 'lead');

CREATE INDEX requests_failed_at ON requests (org_id, at, dialect) WHERE outcome <> 'ok';

-- The name of a deal as searching compares it; NULL in a deal that was last written before this column was.
ALTER TABLE deals ADD COLUMN name_folded {key};

CREATE INDEX deals_by_name_folded ON deals (org_id, name_folded, id) WHERE name_folded IS NOT NULL;
