-- Times are milliseconds since 1970, ids are text, documents are JSON as text, flags are 0 or 1.

CREATE TABLE organisations (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE keys (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  series TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  scopes TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  prefix TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER,
  revoked INTEGER,
  last_used INTEGER
) STRICT;
CREATE INDEX keys_by_time ON keys (organisation, created, id);
CREATE INDEX keys_of_series ON keys (series);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  subject TEXT NOT NULL,
  role TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE,
  csrf TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  ended INTEGER
) STRICT;
CREATE INDEX sessions_by_time ON sessions (organisation, created, id);

CREATE TABLE one_time_links (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  digest TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  payload TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  used INTEGER
) STRICT;

CREATE TABLE networks (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  versions INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT;
CREATE INDEX networks_by_time ON networks (organisation, created, id);

CREATE TABLE versions (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  network TEXT NOT NULL REFERENCES networks (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  digest TEXT NOT NULL,
  options TEXT NOT NULL,
  state TEXT NOT NULL,
  summary TEXT,
  code TEXT,
  message TEXT,
  job TEXT NOT NULL,
  created INTEGER NOT NULL,
  finished INTEGER,
  UNIQUE (network, number),
  UNIQUE (network, digest)
) STRICT;
CREATE INDEX versions_by_time ON versions (organisation, created, id);

CREATE TABLE mappings (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  mapping TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  UNIQUE (organisation, name)
) STRICT;
CREATE INDEX mappings_by_time ON mappings (organisation, created, id);

CREATE TABLE runs (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  network TEXT NOT NULL REFERENCES networks (id) ON DELETE CASCADE,
  version TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
  options TEXT NOT NULL,
  state TEXT NOT NULL,
  summary TEXT,
  size INTEGER,
  code TEXT,
  message TEXT,
  job TEXT NOT NULL,
  created INTEGER NOT NULL,
  finished INTEGER
) STRICT;
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
  created INTEGER NOT NULL,
  finished INTEGER
) STRICT;
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
  size INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  PRIMARY KEY (owner, role, name)
) STRICT;
CREATE INDEX files_by_digest ON files (digest);

CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  owner TEXT,
  lease_until INTEGER,
  heartbeat INTEGER,
  attempts INTEGER NOT NULL,
  stage TEXT,
  share REAL NOT NULL,
  events INTEGER NOT NULL,
  cancel INTEGER NOT NULL,
  code TEXT,
  message TEXT,
  created INTEGER NOT NULL,
  started INTEGER,
  finished INTEGER
) STRICT;
CREATE INDEX jobs_by_time ON jobs (organisation, created, id);
CREATE INDEX jobs_by_state ON jobs (state, created);
CREATE INDEX jobs_of_subject ON jobs (subject);

CREATE TABLE job_events (
  job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  stage TEXT,
  share REAL NOT NULL,
  PRIMARY KEY (job, sequence)
) STRICT;

-- The evidence ledger outlives the network it is about.
CREATE TABLE evidence (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  network TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  entry TEXT NOT NULL,
  corrects TEXT REFERENCES evidence (id) DEFERRABLE INITIALLY DEFERRED,
  principal TEXT NOT NULL,
  created INTEGER NOT NULL,
  UNIQUE (network, sequence)
) STRICT;
CREATE INDEX evidence_corrected ON evidence (corrects);

CREATE TABLE grants (
  id TEXT NOT NULL PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisations (id),
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  grantee TEXT NOT NULL REFERENCES organisations (id),
  redaction TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  revoked INTEGER
) STRICT;
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
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (organisation, created, id);

CREATE TABLE requests (
  organisation TEXT NOT NULL REFERENCES organisations (id),
  principal TEXT NOT NULL,
  key TEXT NOT NULL,
  digest TEXT NOT NULL,
  status INTEGER,
  body TEXT,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (organisation, principal, key)
) STRICT;
CREATE INDEX requests_by_expiry ON requests (expires);

CREATE TRIGGER evidence_update BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is only added to'); END;
CREATE TRIGGER evidence_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is only added to'); END;
CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only added to'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is only added to'); END;
