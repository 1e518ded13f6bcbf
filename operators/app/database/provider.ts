import type { Context } from '@hearth/runtime';
import type { Provider } from '../provider.ts';
import type { Mark, Standing } from './mark.ts';

/** What one Database asks of the server that holds it. */
export interface Claim {
  /** The name of the database, and of the role that owns it and logs in. */
  readonly name: string;
  readonly mark: Mark;
  readonly extensions: readonly string[];
}

/** A way in which a role is not as it must be: the clause that sets it right. */
export type RoleFix =
  | 'LOGIN'
  | 'NOSUPERUSER'
  | 'NOCREATEDB'
  | 'NOCREATEROLE'
  | 'NOREPLICATION'
  | 'NOBYPASSRLS'
  | "VALID UNTIL 'infinity'";

/** A way in which a database is not as it must be. */
export type DatabaseFix = 'owner' | 'access' | 'closed';

/** A database that everybody who can log in may connect to. */
export interface OpenDatabase {
  readonly name: string;
  /** Hearth's admin account may change that. */
  readonly closable: boolean;
}

/** What a server holds under a claim's name. */
export interface Observation {
  readonly role: Standing;
  readonly database: Standing;
  readonly roleFixes: readonly RoleFix[];
  readonly databaseFixes: readonly DatabaseFix[];
  /** Whether the role can log in with the password that was asked about; `untried` where something else is in its way. */
  readonly password: 'works' | 'refused' | 'untried' | 'unasked';
  /** The role doesn't own the schema in which its app puts its tables. */
  readonly schemaForeign: boolean;
  readonly extensions: {
    /** Asked for, and not there. */
    readonly missing: readonly string[];
    /** Missing, and not to be had on this server. */
    readonly unavailable: readonly string[];
    /** There, and not asked for. */
    readonly extra: readonly string[];
  };
  /** Other than the claim's own. */
  readonly open: readonly OpenDatabase[];
  /** Bytes on disk, where the database is the claim's. */
  readonly size?: number | undefined;
}

/** One change to a server. Each is right only for the state in which it was planned; see `plan.ts`. */
export type Step =
  | { readonly do: 'createRole'; readonly password: string }
  /** Marks the role, lets it log in, takes from it what it must not have. */
  | { readonly do: 'mendRole'; readonly fixes: readonly RoleFix[]; readonly password?: string | undefined }
  /** Leaves the database closed to everybody until it is marked. */
  | { readonly do: 'createDatabase' }
  /** Marks the database, gives it to the role, closes it to others, and opens it: all or nothing. */
  | { readonly do: 'openDatabase' }
  | { readonly do: 'takeSchema' }
  | { readonly do: 'createExtensions'; readonly extensions: readonly string[] }
  /** Lets nobody into these databases who has no right of their own. */
  | { readonly do: 'closeDatabases'; readonly databases: readonly string[] }
  /** Locks the role out and marks as kept which of both is ours; what is somebody else's has their mark, or none. */
  | { readonly do: 'retain'; readonly since: string; readonly role: boolean; readonly database: boolean }
  | { readonly do: 'dropDatabase' }
  | { readonly do: 'dropRole' };

/**
 * A server that holds databases: the port that each engine's adapter implements. It decides nothing; what it
 * is told to do is planned from what it observed.
 */
export interface DatabaseProvider {
  /**
   * What is there. Changes nothing.
   * @param password tried by logging in, where it is given.
   * @throws Waiting where the server doesn't answer (yet), Stalled where it doesn't let Hearth in.
   */
  observe(claim: Claim, password: string | undefined): Promise<Observation>;
  /**
   * Carries out one step. What it was cut off from is found by the next {@link observe}, and planned again.
   * @throws Waiting or Stalled as {@link observe} does.
   */
  carryOut(step: Step, claim: Claim): Promise<void>;
  /** Ends its connections. Never fails. */
  close(): Promise<void>;
}

/** Opens a provider for one pass. Nothing is dialled before it is first asked. */
export type OpenProvider = (
  provider: Provider<'Database'>,
  context: Pick<Context, 'read' | 'reach' | 'signal' | 'requireLead'>,
) => DatabaseProvider;
