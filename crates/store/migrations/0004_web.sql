-- The pages: who is signed in, and lists that people keep for themselves or share.

CREATE TABLE sessions (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
) {clustered};

CREATE INDEX sessions_by_user ON sessions (org_id, user_id, id);

CREATE INDEX sessions_by_end ON sessions (org_id, expires_at);

-- A list as somebody left it: what it is of, its filters as they stand in the address, and its columns.
CREATE TABLE views (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  noun {key} NOT NULL,
  user_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  is_shared BOOLEAN NOT NULL,
  query TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, noun, user_id, name_key),
  FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
) {clustered};
