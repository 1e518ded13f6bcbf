import { ApiError, LeaseEnded, Stalled, Unreachable, Waiting } from '@hearth/runtime';

/** How long until something is tried again that only a person can mend, in milliseconds. */
export const recheck = 300_000;

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What passes by itself: SQLSTATE (PostgreSQL, appendix A) to reason and sentence. */
const passing: Readonly<Record<string, readonly [reason: string, sentence: string]>> = {
  '57P03': ['ProviderStarting', 'is starting up'],
  '57P01': ['ProviderStopping', 'is being stopped'],
  '57P02': ['ProviderStopping', 'is being restarted after a crash'],
  '53300': ['TooManyConnections', 'has no connection left: close some, or raise its max_connections'],
  '53100': ['ProviderFull', 'has no disk space left'],
  '53200': ['ProviderFull', 'has no memory left'],
  '25006': ['ProviderReadOnly', 'is read-only'],
  '55P03': ['ProviderBusy', 'holds a lock on what is to be changed'],
  '55006': ['ProviderBusy', 'is using what is to be changed'],
  '57014': ['ProviderBusy', 'took too long'],
  '42P04': ['Raced', 'got a database of that name in the meantime'],
  '42710': ['Raced', 'got a role of that name in the meantime'],
};

/** What somebody must change. */
const lasting: Readonly<Record<string, readonly [reason: string, sentence: string]>> = {
  '28P01': ['AdminRefused', 'refuses Hearth’s admin account: its password was changed in the server'],
  '28000': ['AdminRefused', 'refuses Hearth’s admin account: its pg_hba.conf doesn’t let it in'],
  '42501': ['NotAllowed', 'doesn’t allow this to Hearth’s admin account: make it a superuser'],
  '2BP01': ['InUse', 'has other objects that depend on this: drop them, or give them another owner'],
  '3F000': ['SchemaMissing', 'has no schema public in this database: create it again'],
};

/** The SQLSTATE of a server's error, or Node's code of a connection's. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * Turns a failure of `pg` into what a person should read. Of a server's error only the message goes on; its
 * other fields (query, parameters, context) stay here, and with them whatever was sent.
 * @param server as a sentence names it: `App home/postgres`.
 * @param doing what was being done: `creating role "x"`.
 */
export function explain(error: unknown, server: string, doing: string): Error {
  if (isSaid(error)) return error;
  const code = codeOf(error) ?? '';
  const text = error instanceof Error ? error.message : String(error);
  const soon = passing[code];
  if (soon) return new Waiting(soon[0], `${server} ${soon[1]} (${doing}).`);
  const never = lasting[code];
  if (never) return new Stalled(never[0], `${server} ${never[1]} (${doing}: ${text}).`, { after: recheck });
  if (unreachable.has(code) || /timeout|terminated|not queryable/i.test(text)) {
    return new Waiting('ProviderUnreachable', `${server} doesn’t answer (${doing}: ${text}).`);
  }
  return new Error(`${server}: ${doing}: ${text}.`);
}

/** What is in words for people already; and what the runtime itself answers: the API server is away, another leads. */
const isSaid = (error: unknown): error is Error =>
  [Waiting, Stalled, ApiError, Unreachable, LeaseEnded].some((type) => error instanceof type);
