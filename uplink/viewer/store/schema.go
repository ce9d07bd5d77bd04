package store

// The tables, in SQL that both databases accept; %[1]s is the type of an automatic key, %[2]s that of a value, %[3]s that of bytes.
//
// event has the rowid (or a bigserial) as its key so that rows are in the order of arrival; identity is a unique index.
// at is the wall time readers use: the event's own time, corrected once the clock of its boot is known; at + skew is the
// event's own. series_at answers a plot from the index alone.
const tables = `
CREATE TABLE IF NOT EXISTS boot (
  id %[1]s, source TEXT NOT NULL, boot TEXT NOT NULL, arrived BIGINT NOT NULL, UNIQUE (source, boot));
CREATE TABLE IF NOT EXISTS series (
  id %[1]s, source TEXT NOT NULL, device TEXT NOT NULL, point TEXT NOT NULL, unit TEXT NOT NULL, metric TEXT NOT NULL,
  type SMALLINT NOT NULL, kind SMALLINT NOT NULL, labels TEXT NOT NULL,
  UNIQUE (source, device, metric, type, kind, labels));
CREATE TABLE IF NOT EXISTS event (
  id %[1]s, boot BIGINT NOT NULL, lane SMALLINT NOT NULL, seq BIGINT NOT NULL,
  at BIGINT NOT NULL, skew BIGINT NOT NULL, up BIGINT NOT NULL, series BIGINT NOT NULL, severity SMALLINT NOT NULL,
  value %[2]s NOT NULL, bound SMALLINT NOT NULL, missing TEXT, status TEXT, note TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS event_identity ON event (boot, lane, seq);
CREATE INDEX IF NOT EXISTS event_series ON event (series, at, value, bound);
CREATE INDEX IF NOT EXISTS event_at ON event (at);
CREATE TABLE IF NOT EXISTS gap (
  boot BIGINT NOT NULL, lane SMALLINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,
  noticed BIGINT NOT NULL, declared SMALLINT NOT NULL, PRIMARY KEY (boot, lane, first));
CREATE TABLE IF NOT EXISTS trip (
  source TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, summary TEXT NOT NULL, packed %[3]s NOT NULL, PRIMARY KEY (source, id));
CREATE TABLE IF NOT EXISTS trip_cause (
  source TEXT NOT NULL, cause TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (source, cause));
`
