package store

// The tables, in SQL that both databases accept; %[1]s is the type of an automatic key, %[2]s that of a value, %[3]s that of bytes,
// %[4]s stores a table in the order of its primary key, and %[5]s divides one by months.
//
// An event is a row, or stands with others of its series in a block. Rows of the lanes audit and ingest are in event; those of the lane
// readings in reading, until they are packed. at is the wall time that questions go by: the event's own time, corrected once the
// clock of its boot is known; at + skew is the event's own. received is when it was stored, of a block the last of its events; 0 where an
// earlier version did.
//
// block says what is in a block of block_data, so that only what is needed is unpacked. All events of a block have one skew.
// zero_min and zero_max are the smallest and largest wall time at up 0, parts are summaries of five minutes each, first_seq and last_seq the
// smallest and largest number, NULL in a block of an earlier version. month is the partition of block_data that has its bytes: that of
// first_at where there is one for it, else 0.
//
// span is the identity: which numbers of a boot and lane are here, or (declared > 0, the time) lost. noticed > 0 is the time at which
// the gap before a span was noticed. stream has what is known beyond them: numbers up to through exist (noticed > 0: the gap
// up to there is not filled), and from lost_from on an unknown number is lost; answered > 0 is when those who were asked for it said so.
const tables = `
CREATE TABLE IF NOT EXISTS boot (
  id %[1]s, source TEXT NOT NULL, boot TEXT NOT NULL, arrived BIGINT NOT NULL, UNIQUE (source, boot));
CREATE TABLE IF NOT EXISTS series (
  id %[1]s, source TEXT NOT NULL, device TEXT NOT NULL, point TEXT NOT NULL, unit TEXT NOT NULL, metric TEXT NOT NULL,
  type SMALLINT NOT NULL, kind SMALLINT NOT NULL, labels TEXT NOT NULL,
  UNIQUE (source, device, metric, type, kind, labels, point, unit));
CREATE INDEX IF NOT EXISTS series_point ON series (device, point);
CREATE TABLE IF NOT EXISTS event (
  id %[1]s, boot BIGINT NOT NULL, lane SMALLINT NOT NULL, seq BIGINT NOT NULL,
  at BIGINT NOT NULL, skew BIGINT NOT NULL, up BIGINT NOT NULL, series BIGINT NOT NULL, severity SMALLINT NOT NULL,
  value %[2]s NOT NULL, bound SMALLINT NOT NULL, missing TEXT, status TEXT, note TEXT, received BIGINT NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX IF NOT EXISTS event_identity ON event (boot, lane, seq);
CREATE INDEX IF NOT EXISTS event_series ON event (series, at, value, bound);
CREATE INDEX IF NOT EXISTS event_at ON event (at);
CREATE TABLE IF NOT EXISTS reading (
  series BIGINT NOT NULL, at BIGINT NOT NULL, boot BIGINT NOT NULL, seq BIGINT NOT NULL, lane SMALLINT NOT NULL DEFAULT 2,
  skew BIGINT NOT NULL, up BIGINT NOT NULL, severity SMALLINT NOT NULL,
  value %[2]s NOT NULL, bound SMALLINT NOT NULL, missing TEXT, status TEXT, note TEXT, received BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (series, at, boot, seq)) %[4]s;
CREATE INDEX IF NOT EXISTS reading_at ON reading (at);
CREATE TABLE IF NOT EXISTS block (
  id %[1]s, series BIGINT NOT NULL, boot BIGINT NOT NULL, lane SMALLINT NOT NULL, severity SMALLINT NOT NULL, skew BIGINT NOT NULL,
  first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, first_up BIGINT NOT NULL, last_up BIGINT NOT NULL,
  zero_min BIGINT NOT NULL, zero_max BIGINT NOT NULL, count BIGINT NOT NULL, size BIGINT NOT NULL, parts %[3]s, first_seq BIGINT, last_seq BIGINT,
  month INTEGER NOT NULL DEFAULT 0, received BIGINT NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS block_series ON block (series, first_at);
CREATE INDEX IF NOT EXISTS block_first ON block (first_at);
CREATE INDEX IF NOT EXISTS block_last ON block (last_at);
CREATE INDEX IF NOT EXISTS block_boot ON block (boot, first_up);
CREATE TABLE IF NOT EXISTS block_data (id BIGINT NOT NULL, month INTEGER NOT NULL DEFAULT 0, data %[3]s NOT NULL, PRIMARY KEY (id, month)) %[5]s;
CREATE TABLE IF NOT EXISTS span (
  boot BIGINT NOT NULL, lane SMALLINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL,
  noticed BIGINT NOT NULL, declared BIGINT NOT NULL, PRIMARY KEY (boot, lane, first)) %[4]s;
CREATE INDEX IF NOT EXISTS span_noticed ON span (noticed) WHERE noticed > 0;
CREATE INDEX IF NOT EXISTS span_declared ON span (declared) WHERE declared > 0;
CREATE TABLE IF NOT EXISTS stream (
  boot BIGINT NOT NULL, lane SMALLINT NOT NULL, through BIGINT NOT NULL, noticed BIGINT NOT NULL,
  lost_from BIGINT NOT NULL, lost_noticed BIGINT NOT NULL, answered BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (boot, lane));
CREATE INDEX IF NOT EXISTS stream_noticed ON stream (noticed) WHERE noticed > 0;
CREATE INDEX IF NOT EXISTS stream_lost ON stream (lost_noticed) WHERE lost_noticed > 0;
CREATE TABLE IF NOT EXISTS clock (boot BIGINT PRIMARY KEY, up BIGINT NOT NULL, skew BIGINT NOT NULL, middle BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS trip (
  source TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, summary TEXT NOT NULL, packed %[3]s NOT NULL, PRIMARY KEY (source, id));
CREATE TABLE IF NOT EXISTS trip_cause (
  source TEXT NOT NULL, cause TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (source, cause));
`
