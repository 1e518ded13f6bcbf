import type { ConditionIntent } from '@hearth/runtime';
import type { Standing } from './mark.ts';
import type { Claim, Observation, OpenDatabase, RoleFix, Step } from './provider.ts';

/** How long until one looks again whether somebody else's claim to the name is gone, in milliseconds. */
const recheck = 600_000;

/** The databases of PostgreSQL itself that let everybody in and that no app needs. */
const systemDatabases = ['postgres', 'template1'];

/** What happened, for a person. */
interface Happening {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'Created' | 'Recreated' | 'Adopted' | 'Healed' | 'ExtensionsCreated';
  readonly message: string;
}

/** What to do about a Database: nothing, and why; or steps, in this order, each of which leaves a state to go on from. */
export type DatabasePlan =
  | { readonly refused: { readonly reason: string; readonly message: string; readonly after: number } }
  | {
      readonly steps: readonly Step[];
      readonly happenings: readonly Happening[];
      readonly conditions: readonly ConditionIntent[];
    };

/** What a plan is made from, beside the claim. */
export interface Facts {
  readonly observed: Observation;
  /** The password in the binding Secret, or the one that it is to get. */
  readonly password: string;
  /** It was made in this pass: the role can't have it yet. */
  readonly passwordIsNew: boolean;
  /** The database was there before: status says so. */
  readonly known: boolean;
  /** As a sentence names it: `App home/postgres`. */
  readonly server: string;
  /** Hearth installed the server, for apps alone. Any other may have users whom it knows nothing of. */
  readonly isOwnServer: boolean;
  /** The extensions that the provider's definition offers: no others are made, whoever asks. */
  readonly offered: readonly string[];
}

/** Decides what it takes to make the server as the claim asks. */
export function planDatabase(claim: Claim, facts: Facts): DatabasePlan {
  const refused = refusalOf(claim, facts);
  if (refused !== undefined) return { refused: { ...refused, after: recheck } };
  return {
    steps: stepsOf(claim, facts),
    happenings: happeningsOf(claim, facts),
    conditions: conditionsOf(facts),
  };
}

/** What becomes of role and database when their Database is deleted. */
export interface ReleasePlan {
  readonly steps: readonly Step[];
  /** There is data to remember. */
  readonly tombstone: boolean;
}

/** Decides what becomes of role and database. Never touches what isn't ours. */
export function planRelease(
  { role, database }: Observation,
  deletion: 'Retain' | 'Delete',
  now: Date,
): ReleasePlan {
  const has = ({ is }: Standing) => is === 'ours' || is === 'retained' || is === 'unfinished';
  if (deletion === 'Retain') {
    const kept = role.is === 'retained' && database.is === 'retained';
    const ours = { role: has(role), database: has(database) };
    const tombstone = ours.role || ours.database;
    return {
      steps: tombstone && !kept ? [{ do: 'retain', since: now.toISOString(), ...ours }] : [],
      tombstone,
    };
  }
  const steps: Step[] = [];
  if (has(database)) steps.push({ do: 'dropDatabase' });
  // The database goes first: a role that owns one can't be dropped.
  if (has(role)) steps.push({ do: 'dropRole' });
  return { steps, tombstone: false };
}

function refusalOf(
  claim: Claim,
  { observed, server, offered }: Facts,
): { reason: string; message: string } | undefined {
  for (const [what, standing] of [
    ['database', observed.database],
    ['role', observed.role],
  ] as const) {
    if (standing.is !== 'foreign') continue;
    return {
      reason: 'NameTaken',
      message:
        `${server} has a ${what} "${claim.name}" already, and it ${standing.whose}. It is left alone: ` +
        `delete this Database and make it again with another name in spec.database.`,
    };
  }
  const { unavailable, missing } = observed.extensions;
  if (unavailable.length > 0) {
    return {
      reason: 'ExtensionUnavailable',
      message: `${server} doesn’t have ${listOf('extension', unavailable)}: install it there, or remove it from spec.extensions.`,
    };
  }
  const withheld = missing.filter((name) => !offered.includes(name));
  if (withheld.length === 0) return undefined;
  return {
    reason: 'ExtensionNotOffered',
    message: `${server} doesn’t offer ${listOf('extension', withheld)}: its AppDefinition must list it in spec.provides, or remove it from spec.extensions.`,
  };
}

function stepsOf(claim: Claim, facts: Facts): Step[] {
  const { observed, password, passwordIsNew } = facts;
  const { role, database, roleFixes, databaseFixes, schemaForeign, extensions } = observed;
  const steps: Step[] = [];
  const closed = observed.open.filter(isClosed(facts)).map(({ name }) => name);
  if (closed.length > 0) steps.push({ do: 'closeDatabases', databases: closed });
  if (role.is === 'absent') steps.push({ do: 'createRole', password });
  else if (mustMendRole(observed, passwordIsNew)) {
    steps.push({ do: 'mendRole', fixes: roleFixes, password });
  }
  if (database.is === 'absent') steps.push({ do: 'createDatabase' });
  if (database.is !== 'ours' || databaseFixes.length > 0) steps.push({ do: 'openDatabase' });
  if (schemaForeign) steps.push({ do: 'takeSchema' });
  if (extensions.missing.length > 0)
    steps.push({ do: 'createExtensions', extensions: claim.extensions.filter(among(extensions.missing)) });
  return steps;
}

/**
 * Whether Hearth closes it: it is PostgreSQL's own, on a server of Hearth's own. Any other is somebody's, and theirs to
 * close: on a server that others use they may well come in by the database postgres.
 */
const isClosed =
  ({ isOwnServer }: Facts) =>
  ({ name, closable }: OpenDatabase) =>
    isOwnServer && closable && systemDatabases.includes(name);

const among = (names: readonly string[]) => (name: string) => names.includes(name);

/** A password that could not be tried is set: the pass that was to set it may have been cut off. */
function mustMendRole({ role, roleFixes, password }: Observation, passwordIsNew: boolean): boolean {
  const doubtful = passwordIsNew || password === 'refused' || password === 'untried';
  return role.is === 'retained' || doubtful || roleFixes.length > 0;
}

function happeningsOf(claim: Claim, facts: Facts): Happening[] {
  const { observed, known, server } = facts;
  const { missing } = observed.extensions;
  const place = `database "${claim.name}" in ${server}`;
  if (observed.database.is === 'absent' && known) {
    const message = `The ${place} was gone, with what was in it. Made an empty one.`;
    return [{ type: 'Warning', reason: 'Recreated', message }];
  }
  if (observed.database.is === 'absent' || (observed.database.is === 'unfinished' && !known)) {
    return [{ type: 'Normal', reason: 'Created', message: `Made ${place} with a role of its own.` }];
  }
  const happenings: Happening[] = [];
  if (observed.database.is === 'retained') {
    const message = `Took back ${place}, kept since ${observed.database.since}, with all its data.`;
    happenings.push({ type: 'Normal', reason: 'Adopted', message });
  } else {
    const healed = healedBy(facts);
    if (healed.length > 0) {
      const message = `Set ${place} right: ${healed.join(', ')}.`;
      happenings.push({ type: 'Warning', reason: 'Healed', message });
    }
  }
  if (missing.length > 0) {
    const message = `Made ${listOf('extension', missing)} in ${place}.`;
    happenings.push({ type: 'Normal', reason: 'ExtensionsCreated', message });
  }
  return happenings;
}

const roleWords: Readonly<Record<RoleFix, string>> = {
  LOGIN: 'its role could not log in',
  NOSUPERUSER: 'its role was a superuser',
  NOCREATEDB: 'its role could create databases',
  NOCREATEROLE: 'its role could create roles',
  NOREPLICATION: 'its role could replicate the server',
  NOBYPASSRLS: 'its role could bypass row security',
  "VALID UNTIL 'infinity'": 'its role’s password expired',
};
const databaseWords = {
  owner: 'it belonged to another role',
  access: 'everybody could connect to it',
  closed: 'it took no connections',
} as const;

/** What was wrong, in words. */
function healedBy({ observed, passwordIsNew }: Facts): string[] {
  const words = [
    ...observed.roleFixes.map((fix) => roleWords[fix]),
    ...observed.databaseFixes.map((fix) => databaseWords[fix]),
  ];
  if (observed.role.is === 'absent') words.push('its role was gone');
  if (observed.database.is === 'unfinished') words.push('its ownership mark was gone');
  if (passwordIsNew) words.push('its Secret was gone, so it has a new password');
  else if (observed.password === 'refused') words.push('its role had another password than its Secret');
  if (observed.schemaForeign) words.push('its schema public belonged to another role');
  return words;
}

function conditionsOf(facts: Facts): ConditionIntent[] {
  const { observed, server } = facts;
  const closed = isClosed(facts);
  const exposed = observed.open.filter((database) => !closed(database)).map(({ name }) => name);
  const isolated: ConditionIntent =
    exposed.length === 0
      ? { type: 'Isolated', status: 'True', reason: 'OwnDatabaseOnly', message: '' }
      : {
          type: 'Isolated',
          status: 'False',
          reason: 'OthersOpen',
          message:
            `${server} lets everybody connect to ${listOf('database', exposed)}, which Hearth leaves ` +
            `alone: REVOKE CONNECT ON DATABASE … FROM PUBLIC closes it.`,
        };
  const { extra } = observed.extensions;
  if (extra.length === 0) return [isolated];
  const message = `The database has ${listOf('extension', extra)}, not in spec.extensions: an extension is never dropped, since data may depend on it.`;
  return [isolated, { type: 'ExtraExtensions', status: 'True', reason: 'Kept', message }];
}

/** `extension hstore`, `extensions hstore, citext`. */
function listOf(noun: string, names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  const rest = names.length > 10 ? ` and ${names.length - 10} more` : '';
  return `${noun}${names.length === 1 ? '' : 's'} ${shown}${rest}`;
}
