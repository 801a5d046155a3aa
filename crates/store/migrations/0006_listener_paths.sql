-- Addresses of listeners, sealed: the pages show them again to those who keep the settings. One that was replaced stays until
-- it no longer works.
CREATE TABLE listener_paths (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  listener_id BIGINT NOT NULL,
  sealed TEXT NOT NULL,
  until BIGINT,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, listener_id) REFERENCES listeners (org_id, id)
) {clustered};

CREATE INDEX listener_paths_by_listener ON listener_paths (org_id, listener_id);
