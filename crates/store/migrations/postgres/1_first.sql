-- Times are milliseconds since 1970, ids are text, documents are JSON as text, flags are 0 or 1.

CREATE TABLE organisations (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE keys (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  series TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  scopes TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  prefix TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT,
  revoked BIGINT,
  last_used BIGINT
);
CREATE INDEX keys_by_time ON keys (organisation, created, id);
CREATE INDEX keys_of_series ON keys (series);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  subject TEXT NOT NULL,
  role TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE,
  csrf TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  ended BIGINT
);
CREATE INDEX sessions_by_time ON sessions (organisation, created, id);

CREATE TABLE one_time_links (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  digest TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  payload TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  used BIGINT
);

CREATE TABLE networks (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  versions BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL
);
CREATE INDEX networks_by_time ON networks (organisation, created, id);

CREATE TABLE versions (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  network TEXT NOT NULL REFERENCES networks (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  digest TEXT NOT NULL,
  options TEXT NOT NULL,
  state TEXT NOT NULL,
  summary TEXT,
  code TEXT,
  message TEXT,
  job TEXT NOT NULL,
  created BIGINT NOT NULL,
  finished BIGINT,
  UNIQUE (network, number),
  UNIQUE (network, digest)
);
CREATE INDEX versions_by_time ON versions (organisation, created, id);

CREATE TABLE mappings (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  mapping TEXT NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  UNIQUE (organisation, name)
);
CREATE INDEX mappings_by_time ON mappings (organisation, created, id);

CREATE TABLE runs (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  network TEXT NOT NULL REFERENCES networks (id) ON DELETE CASCADE,
  version TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
  options TEXT NOT NULL,
  state TEXT NOT NULL,
  summary TEXT,
  size BIGINT,
  code TEXT,
  message TEXT,
  job TEXT NOT NULL,
  created BIGINT NOT NULL,
  finished BIGINT
);
CREATE INDEX runs_by_time ON runs (organisation, created, id);
CREATE INDEX runs_of_network ON runs (network);
CREATE INDEX runs_of_version ON runs (version);

CREATE TABLE results (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  run TEXT REFERENCES runs (id) ON DELETE CASCADE,
  version TEXT REFERENCES versions (id) ON DELETE CASCADE,
  against TEXT REFERENCES versions (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  options TEXT NOT NULL,
  state TEXT NOT NULL,
  summary TEXT,
  code TEXT,
  message TEXT,
  job TEXT NOT NULL,
  created BIGINT NOT NULL,
  finished BIGINT
);
CREATE INDEX results_by_time ON results (organisation, created, id);
CREATE INDEX results_of_run ON results (run);
CREATE INDEX results_of_version ON results (version);
CREATE INDEX results_against ON results (against);

-- Files of versions, runs and results; role folder are those in the folder of a run, all others are blobs.
CREATE TABLE files (
  owner TEXT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  size BIGINT NOT NULL,
  media_type TEXT NOT NULL,
  PRIMARY KEY (owner, role, name)
);
CREATE INDEX files_by_digest ON files (digest);

CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  owner TEXT,
  lease_until BIGINT,
  heartbeat BIGINT,
  attempts BIGINT NOT NULL,
  stage TEXT,
  share DOUBLE PRECISION NOT NULL,
  events BIGINT NOT NULL,
  cancel BIGINT NOT NULL,
  code TEXT,
  message TEXT,
  created BIGINT NOT NULL,
  started BIGINT,
  finished BIGINT
);
CREATE INDEX jobs_by_time ON jobs (organisation, created, id);
CREATE INDEX jobs_by_state ON jobs (state, created);
CREATE INDEX jobs_of_subject ON jobs (subject);

CREATE TABLE job_events (
  job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  stage TEXT,
  share DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (job, sequence)
);

-- The evidence ledger outlives the network it is about.
CREATE TABLE evidence (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  network TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  entry TEXT NOT NULL,
  corrects TEXT REFERENCES evidence (id) DEFERRABLE INITIALLY DEFERRED,
  principal TEXT NOT NULL,
  created BIGINT NOT NULL,
  UNIQUE (network, sequence)
);
CREATE INDEX evidence_corrected ON evidence (corrects);

CREATE TABLE grants (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  grantee TEXT NOT NULL REFERENCES organisations (id),
  redaction TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  revoked BIGINT
);
CREATE INDEX grants_by_time ON grants (organisation, created, id);
CREATE INDEX grants_to ON grants (grantee, created, id);
CREATE INDEX grants_of_run ON grants (run);

-- Sites are JSON texts, each with a comma before and after it; none where the subject was seen as a whole.
CREATE TABLE audit (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  principal TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  sites TEXT NOT NULL,
  request TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX audit_by_time ON audit (organisation, created, id);

CREATE TABLE requests (
  organisation TEXT NOT NULL REFERENCES organisations (id),
  principal TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  status BIGINT,
  body TEXT,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (organisation, principal, key)
);
CREATE INDEX requests_by_expiry ON requests (expires);

CREATE FUNCTION only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$;
CREATE TRIGGER evidence_update BEFORE UPDATE OR TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
CREATE TRIGGER evidence_delete BEFORE DELETE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
CREATE TRIGGER audit_update BEFORE UPDATE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
CREATE TRIGGER audit_delete BEFORE DELETE ON audit FOR EACH STATEMENT EXECUTE FUNCTION only_added_to();
