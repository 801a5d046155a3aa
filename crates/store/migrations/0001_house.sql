-- The house: every noun of the customer database. One statement a step; `{key}` and `{clustered}` are filled in per engine.
-- Texts that are compared or sorted are {key}; instants are microseconds UTC; lists that are never searched are JSON in TEXT.

CREATE TABLE counters (
  org_id BIGINT NOT NULL,
  name {key} NOT NULL,
  next BIGINT NOT NULL,
  PRIMARY KEY (org_id, name)
) {clustered};

-- Global: small, and no tenant table refers to it.
CREATE TABLE orgs (
  id BIGINT NOT NULL PRIMARY KEY,
  slug {key} NOT NULL UNIQUE,
  name TEXT NOT NULL,
  vbot_id {key} NOT NULL,
  project_code {key} NOT NULL,
  settings TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (vbot_id, project_code)
);

-- Global: which users may sign in under an e-mail address.
CREATE TABLE sign_ins (
  email {key} NOT NULL,
  org_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  PRIMARY KEY (email, org_id, user_id)
) {clustered};

-- Global: whose token or listener address a SHA-256 is. A retired address still works until `until`.
CREATE TABLE secrets (
  digest {key} NOT NULL PRIMARY KEY,
  kind {key} NOT NULL,
  org_id BIGINT NOT NULL,
  owner_id BIGINT NOT NULL,
  until BIGINT
) {clustered};

CREATE TABLE users (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  email TEXT NOT NULL,
  email_key {key} NOT NULL,
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  staff_code {key},
  phone TEXT,
  role {key} NOT NULL,
  password TEXT,
  active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number),
  UNIQUE (org_id, email_key)
) {clustered};

CREATE UNIQUE INDEX users_by_staff_code ON users (org_id, staff_code);

CREATE INDEX users_by_name ON users (org_id, name_key);

CREATE TABLE teams (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number),
  UNIQUE (org_id, name_key)
) {clustered};

CREATE TABLE team_members (
  org_id BIGINT NOT NULL,
  team_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, team_id, user_id),
  FOREIGN KEY (org_id, team_id) REFERENCES teams (org_id, id) ON DELETE CASCADE,
  FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) {clustered};

CREATE INDEX team_members_by_user ON team_members (org_id, user_id);

CREATE TABLE tokens (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  user_id BIGINT,
  dialects TEXT NOT NULL,
  expires_at BIGINT,
  networks TEXT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT,
  created_at BIGINT NOT NULL,
  parent_id BIGINT,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number),
  FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
) {clustered};

CREATE INDEX tokens_by_parent ON tokens (org_id, parent_id, expires_at);

CREATE TABLE listeners (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  networks TEXT NOT NULL,
  user_id BIGINT,
  default_tag TEXT,
  contact_source TEXT,
  lead_source TEXT,
  email_subject TEXT,
  email_body TEXT,
  sms_body TEXT,
  calls BIGINT NOT NULL,
  items BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  last_used_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number),
  FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
) {clustered};

CREATE TABLE catalog_items (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind {key} NOT NULL,
  number BIGINT NOT NULL,
  code {key},
  label TEXT NOT NULL,
  label_key {key} NOT NULL,
  parent_id BIGINT,
  position BIGINT NOT NULL,
  colour TEXT,
  extra TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, kind, number),
  UNIQUE (org_id, kind, label_key),
  FOREIGN KEY (org_id, parent_id) REFERENCES catalog_items (org_id, id)
) {clustered};

CREATE UNIQUE INDEX catalog_items_by_code ON catalog_items (org_id, kind, code);

CREATE TABLE fields (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  entity {key} NOT NULL,
  code {key} NOT NULL,
  label TEXT NOT NULL,
  label_key {key} NOT NULL,
  kind TEXT NOT NULL,
  options TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number),
  UNIQUE (org_id, entity, code)
) {clustered};

CREATE INDEX fields_by_label ON fields (org_id, entity, label_key);

CREATE TABLE funnels (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  name TEXT NOT NULL,
  stages TEXT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number)
) {clustered};

CREATE TABLE customers (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  version BIGINT NOT NULL,
  kind TEXT NOT NULL,
  stage TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  salutation TEXT NOT NULL,
  gender TEXT,
  birth_date TEXT,
  national_id TEXT NOT NULL,
  national_id_date TEXT,
  national_id_place TEXT NOT NULL,
  tax_code TEXT NOT NULL,
  founding_date TEXT,
  job_title TEXT NOT NULL,
  note TEXT NOT NULL,
  avatar_url TEXT NOT NULL,
  partner TEXT NOT NULL,
  branch TEXT NOT NULL,
  do_not_contact BOOLEAN NOT NULL,
  addresses TEXT NOT NULL,
  persons TEXT NOT NULL,
  codes TEXT NOT NULL,
  extra TEXT NOT NULL,
  company_id BIGINT,
  permit BIGINT NOT NULL,
  permit_me BIGINT,
  permit_with TEXT NOT NULL,
  canonical_id BIGINT,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number),
  FOREIGN KEY (org_id, company_id) REFERENCES customers (org_id, id),
  FOREIGN KEY (org_id, canonical_id) REFERENCES customers (org_id, id)
) {clustered};

CREATE INDEX customers_by_created ON customers (org_id, created_at);

CREATE INDEX customers_by_updated ON customers (org_id, updated_at);

CREATE INDEX customers_by_permit ON customers (org_id, id) WHERE permit <> 1;

CREATE INDEX customers_by_company ON customers (org_id, company_id) WHERE company_id IS NOT NULL;

CREATE INDEX organizations_by_name ON customers (org_id, name_key) WHERE kind = 'organization';

CREATE TABLE contact_points (
  org_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  kind {key} NOT NULL,
  position BIGINT NOT NULL,
  raw TEXT NOT NULL,
  key {key},
  label TEXT NOT NULL,
  PRIMARY KEY (org_id, customer_id, kind, position),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id)
) {clustered};

CREATE INDEX contact_points_by_key ON contact_points (org_id, kind, key);

-- What makes two records the same person: one row a key, whoever came first.
CREATE TABLE identities (
  org_id BIGINT NOT NULL,
  kind {key} NOT NULL,
  key {key} NOT NULL,
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (org_id, kind, key),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id)
) {clustered};

-- Catalog items on customers, leads, deals, tickets and notes.
CREATE TABLE labels (
  org_id BIGINT NOT NULL,
  entity_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (org_id, entity_id, item_id),
  FOREIGN KEY (org_id, item_id) REFERENCES catalog_items (org_id, id)
) {clustered};

CREATE INDEX labels_by_item ON labels (org_id, item_id, entity_id);

-- Users and teams responsible for customers and deals.
CREATE TABLE owners (
  org_id BIGINT NOT NULL,
  entity_id BIGINT NOT NULL,
  owner_id BIGINT NOT NULL,
  is_team BOOLEAN NOT NULL,
  position BIGINT NOT NULL,
  PRIMARY KEY (org_id, entity_id, owner_id)
) {clustered};

CREATE INDEX owners_by_owner ON owners (org_id, owner_id, entity_id);

CREATE TABLE field_values (
  org_id BIGINT NOT NULL,
  entity_id BIGINT NOT NULL,
  field_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  text TEXT NOT NULL,
  key {key} NOT NULL,
  type_code TEXT NOT NULL,
  type_label TEXT NOT NULL,
  PRIMARY KEY (org_id, entity_id, field_id, position),
  FOREIGN KEY (org_id, field_id) REFERENCES fields (org_id, id)
) {clustered};

CREATE INDEX field_values_by_key ON field_values (org_id, field_id, key, entity_id);

CREATE TABLE standings (
  org_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  funnel_id BIGINT NOT NULL,
  first BIGINT NOT NULL,
  second BIGINT,
  PRIMARY KEY (org_id, customer_id, funnel_id),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id),
  FOREIGN KEY (org_id, funnel_id) REFERENCES funnels (org_id, id)
) {clustered};

CREATE TABLE leads (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  version BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  subject TEXT NOT NULL,
  status_id BIGINT,
  last_status_id BIGINT,
  service_id BIGINT,
  team_id BIGINT,
  assignee_id BIGINT,
  expected_close BIGINT,
  reference_url TEXT NOT NULL,
  company_name TEXT NOT NULL,
  closed_how BIGINT,
  closed_at BIGINT,
  closed_by BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id)
) {clustered};

-- Each index of leads is one way into their list, in the order in which it is shown. `deleted_at` lets SQLite count by it alone.
CREATE INDEX leads_by_customer ON leads (org_id, customer_id, created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX leads_by_assignee ON leads (org_id, assignee_id, created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX leads_by_service ON leads (org_id, service_id, created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX leads_by_status ON leads (org_id, status_id, created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX leads_by_created ON leads (org_id, created_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX leads_by_updated ON leads (org_id, updated_at, id, deleted_at) WHERE deleted_at IS NULL;

CREATE INDEX leads_by_closed ON leads (org_id, closed_how, closed_at, id, deleted_at) WHERE closed_at IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE deals (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  version BIGINT NOT NULL,
  code {key},
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  value TEXT NOT NULL,
  description TEXT NOT NULL,
  stage_id BIGINT,
  close_at BIGINT,
  customer_id BIGINT,
  contacts TEXT NOT NULL,
  permit BIGINT NOT NULL,
  permit_me BIGINT,
  permit_with TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id)
) {clustered};

CREATE UNIQUE INDEX deals_by_code ON deals (org_id, code);

CREATE INDEX deals_by_name ON deals (org_id, name_key);

CREATE INDEX deals_by_customer ON deals (org_id, customer_id);

CREATE INDEX deals_by_stage ON deals (org_id, stage_id, id);

CREATE TABLE tickets (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  customer_id BIGINT,
  deal_id BIGINT,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  team_id BIGINT,
  closed_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id),
  FOREIGN KEY (org_id, deal_id) REFERENCES deals (org_id, id)
) {clustered};

CREATE INDEX tickets_by_customer ON tickets (org_id, customer_id);

CREATE TABLE notes (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  customer_id BIGINT,
  lead_id BIGINT,
  deal_id BIGINT,
  ticket_id BIGINT,
  body TEXT NOT NULL,
  is_public BOOLEAN NOT NULL,
  author_id BIGINT,
  author_name TEXT NOT NULL,
  permit BIGINT NOT NULL,
  permit_me BIGINT,
  permit_with TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, number)
) {clustered};

CREATE INDEX notes_by_customer ON notes (org_id, customer_id);

CREATE INDEX notes_by_lead ON notes (org_id, lead_id) WHERE lead_id IS NOT NULL;

CREATE INDEX notes_by_deal ON notes (org_id, deal_id) WHERE deal_id IS NOT NULL;

CREATE TABLE messages (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  kind {key} NOT NULL,
  customer_id BIGINT,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state {key} NOT NULL,
  answer TEXT NOT NULL,
  due_at BIGINT,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT,
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, kind, number)
) {clustered};

CREATE INDEX messages_by_customer ON messages (org_id, customer_id);

CREATE INDEX messages_by_due ON messages (org_id, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE attachments (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  digest {key} NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, customer_id) REFERENCES customers (org_id, id)
) {clustered};

CREATE INDEX attachments_by_customer ON attachments (org_id, customer_id);

-- Pairs of records that may be the same; the lower id first.
CREATE TABLE duplicates (
  org_id BIGINT NOT NULL,
  low_id BIGINT NOT NULL,
  high_id BIGINT NOT NULL,
  evidence TEXT NOT NULL,
  state {key} NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (org_id, low_id, high_id),
  FOREIGN KEY (org_id, low_id) REFERENCES customers (org_id, id),
  FOREIGN KEY (org_id, high_id) REFERENCES customers (org_id, id)
) {clustered};

CREATE INDEX duplicates_by_high ON duplicates (org_id, high_id);

CREATE TABLE changes (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  dialect TEXT NOT NULL,
  request_id BIGINT,
  customer_id BIGINT,
  subject TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  what TEXT NOT NULL,
  fields TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
) {clustered};

CREATE INDEX changes_by_customer ON changes (org_id, customer_id, id);

CREATE TABLE requests (
  org_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  dialect TEXT NOT NULL,
  version TEXT NOT NULL,
  route TEXT NOT NULL,
  caller TEXT NOT NULL,
  address TEXT NOT NULL,
  body TEXT NOT NULL,
  body_size BIGINT NOT NULL,
  body_digest TEXT,
  status BIGINT NOT NULL,
  answer TEXT NOT NULL,
  outcome TEXT NOT NULL,
  decisions TEXT NOT NULL,
  touched TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);

CREATE INDEX requests_by_time ON requests (org_id, at);

-- sqlite
CREATE VIRTUAL TABLE customer_search USING fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

-- postgres
CREATE TABLE customer_search (
  org_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  words TSVECTOR NOT NULL,
  PRIMARY KEY (org_id, customer_id)
);

-- postgres
CREATE INDEX customer_search_by_word ON customer_search USING GIN (words);
