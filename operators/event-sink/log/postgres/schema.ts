/** The version of the schema below. A log of another version is not opened. */
export const SCHEMA_VERSION = 1;

/** Where the tables are: a PostgreSQL schema of the log's own, in whatever database. */
export const SCHEMA_NAME = 'hearth_events';

/** Refuses what a statement is about to do, for each row of which the condition holds. */
const refuse = (table: string, name: string, when: string, sentence: string, condition = 'true') => `
CREATE FUNCTION ${SCHEMA_NAME}.${name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ${condition} THEN
    RAISE EXCEPTION '${sentence}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER ${name} BEFORE ${when} ON ${SCHEMA_NAME}.${table} FOR EACH ROW EXECUTE FUNCTION ${SCHEMA_NAME}.${name}();
ALTER TABLE ${SCHEMA_NAME}.${table} ENABLE ALWAYS TRIGGER ${name};`;

/** Refuses to empty a table at one go, which runs no trigger of its rows. */
const keep = (table: string) => `
CREATE TRIGGER ${table}_kept_whole BEFORE TRUNCATE ON ${SCHEMA_NAME}.${table}
  EXECUTE FUNCTION ${SCHEMA_NAME}.never_emptied();
ALTER TABLE ${SCHEMA_NAME}.${table} ENABLE ALWAYS TRIGGER ${table}_kept_whole;`;

/** Nothing of a table can be changed or deleted. */
const immutable = (table: string) => `
${refuse(table, `${table}_stay_1`, 'UPDATE', `what is in ${table} is never changed`)}
${refuse(table, `${table}_stay_2`, 'DELETE', `what is in ${table} is never deleted`)}
${keep(table)}`;

const table = (name: string): string => `${SCHEMA_NAME}.${name}`;
const PRUNED = `(SELECT coalesce(max(last), 0) FROM ${table('archives')})`;

/**
 * The log's tables: the columns are those of the log in SQLite, and so is what the triggers let happen: events are added at
 * the end and nothing else; only of what is archived may those go that another event of the same resource has
 * superseded, and deletions with nothing before them. Texts are in the order of their bytes.
 */
export const SCHEMA = `
CREATE SCHEMA ${SCHEMA_NAME};
CREATE TABLE ${table('format')} (version integer NOT NULL, segment_size integer NOT NULL);
CREATE TABLE ${table('events')} (
  seq bigint PRIMARY KEY,
  iri text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  event text NOT NULL,
  hash bytea NOT NULL
);
CREATE INDEX events_of_resource ON ${table('events')} (iri, seq);
CREATE INDEX events_of_kind ON ${table('events')} (kind, seq);
CREATE TABLE ${table('cursors')} (
  kind text COLLATE "C" PRIMARY KEY,
  resource_version text NOT NULL,
  seq bigint NOT NULL,
  digest bytea NOT NULL
);
CREATE TABLE ${table('segments')} (
  last bigint PRIMARY KEY,
  first bigint NOT NULL,
  root bytea NOT NULL,
  hash bytea NOT NULL
);
CREATE TABLE ${table('archives')} (
  last bigint PRIMARY KEY REFERENCES ${table('segments')},
  leaves bytea NOT NULL
);
CREATE FUNCTION ${table('never_emptied')}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what is recorded is never deleted' USING ERRCODE = 'integrity_constraint_violation';
END $$;

${immutable('format')}
${refuse('events', 'events_stay', 'UPDATE', 'an event is never changed')}
${refuse(
  'events',
  'events_dense',
  'INSERT',
  'events are numbered without a hole',
  `NEW.seq <> 1 + greatest(
    coalesce((SELECT max(seq) FROM ${table('events')}), 0), coalesce((SELECT max(last) FROM ${table('segments')}), 0)
  )`,
)}
${refuse(
  'events',
  'events_kept',
  'DELETE',
  'an event is only deleted once it is archived and superseded',
  `OLD.seq > ${PRUNED} OR NOT (
    EXISTS (SELECT FROM ${table('events')} WHERE iri = OLD.iri AND seq > OLD.seq AND seq <= ${PRUNED})
    OR OLD.event ~ '^\\{"seq":[0-9]+,"time":"[^"]*","type":"(deleted|gap)"'
      AND NOT EXISTS (SELECT FROM ${table('events')} WHERE iri = OLD.iri AND seq < OLD.seq)
  )`,
)}
${keep('events')}
${immutable('segments')}
${refuse(
  'segments',
  'segments_dense',
  'INSERT',
  'a segment starts where the last one ends',
  `NEW.first <> 1 + (SELECT coalesce(max(last), 0) FROM ${table('segments')})
    OR NEW.last IS DISTINCT FROM (SELECT max(seq) FROM ${table('events')})`,
)}
${immutable('archives')}
${refuse(
  'archives',
  'archives_dense',
  'INSERT',
  'the oldest segment is archived first, with all its leaf hashes',
  `NEW.last IS DISTINCT FROM (SELECT min(last) FROM ${table('segments')} WHERE last > ${PRUNED})
    OR length(NEW.leaves) IS DISTINCT FROM
      (SELECT 32 * (last - first + 1) FROM ${table('segments')} WHERE last = NEW.last)`,
)}
`;
