/** The version of the schema below. A log of another version is not opened. */
export const SCHEMA_VERSION = 1;

const refuse = (name: string, when: string, sentence: string) =>
  `CREATE TRIGGER ${name} BEFORE ${when} BEGIN SELECT RAISE(ABORT, '${sentence}'); END;`;

/** Nothing of a table can be changed or deleted. */
const immutable = (table: string) => `
${refuse(`${table}_stay_1`, `UPDATE ON ${table}`, `what is in ${table} is never changed`)}
${refuse(`${table}_stay_2`, `DELETE ON ${table}`, `what is in ${table} is never deleted`)}`;

const PRUNED = '(SELECT coalesce(max(last), 0) FROM archives)';

/**
 * The log's tables. Their triggers let events be added at the end and nothing else; only of what is archived may those
 * go that another event of the same resource has superseded, and deletions with nothing before them. (Replacing a row
 * runs no trigger of deletion in SQLite, but the one that numbers without a hole.)
 */
export const SCHEMA = `
CREATE TABLE format (version INTEGER NOT NULL, segment_size INTEGER NOT NULL) STRICT;
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  iri TEXT NOT NULL,
  kind TEXT NOT NULL,
  event TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX events_of_resource ON events (iri);
CREATE INDEX events_of_kind ON events (kind);
CREATE TABLE cursors (
  kind TEXT PRIMARY KEY,
  resource_version TEXT NOT NULL,
  seq INTEGER NOT NULL,
  digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE segments (
  last INTEGER PRIMARY KEY,
  first INTEGER NOT NULL,
  root BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE TABLE archives (last INTEGER PRIMARY KEY REFERENCES segments, leaves BLOB NOT NULL) STRICT;

${immutable('format')}
${refuse('events_stay', 'UPDATE ON events', 'an event is never changed')}
${refuse(
  'events_dense',
  `INSERT ON events WHEN NEW.seq <> 1 + max(
    coalesce((SELECT max(seq) FROM events), 0), coalesce((SELECT max(last) FROM segments), 0)
  )`,
  'events are numbered without a hole',
)}
${refuse(
  'events_kept',
  `DELETE ON events WHEN OLD.seq > ${PRUNED} OR NOT (
    EXISTS (SELECT 1 FROM events WHERE iri = OLD.iri AND seq > OLD.seq AND seq <= ${PRUNED})
    OR json_extract(OLD.event, '$.type') IN ('deleted', 'gap')
      AND NOT EXISTS (SELECT 1 FROM events WHERE iri = OLD.iri AND seq < OLD.seq)
  )`,
  'an event is only deleted once it is archived and superseded',
)}
${immutable('segments')}
${refuse(
  'segments_dense',
  `INSERT ON segments WHEN NEW.first <> 1 + (SELECT coalesce(max(last), 0) FROM segments)
    OR NEW.last <> (SELECT max(seq) FROM events)`,
  'a segment starts where the last one ends',
)}
${immutable('archives')}
${refuse(
  'archives_dense',
  `INSERT ON archives
    WHEN NEW.last IS NOT (SELECT min(last) FROM segments WHERE last > ${PRUNED})
    OR length(NEW.leaves) IS NOT 32 * (SELECT last - first + 1 FROM segments WHERE last = NEW.last)`,
  'the oldest segment is archived first, with all its leaf hashes',
)}
`;
