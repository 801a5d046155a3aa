-- Who did something to many customers at once, and to how many in each transaction: what was done is listed. NULL in what was done
-- before these columns were.
ALTER TABLE bulks ADD COLUMN user_id BIGINT;

ALTER TABLE bulks ADD COLUMN customers BIGINT;
