import { type DestinationStream, pino } from 'pino';

/** A structured log; pino's satisfies it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

/** Fields that never reach a log, wherever a careless line puts them. */
const SECRET_FIELDS = [
  'password',
  'token',
  'secret',
  'authorization',
  'data',
  'stringData',
  'clientSecret',
  'uri',
  'credentials',
];

/** A pino log, one JSON object per line, with the time in ISO 8601. Written to standard output if not told otherwise. */
export function createLogger(
  options: { readonly level?: string; readonly destination?: DestinationStream } = {},
): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[redacted]',
      },
      serializers: { error: errorFields },
    },
    options.destination ?? pino.destination(1),
  );
}

/** An error as a log holds it: what a client library has hung on it (options, headers, bodies) stays out. */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { message: safeMessage(error) };
  return {
    type: error.name,
    message: safeMessage(error),
    stack: framesOf(error),
  };
}

/** The calls that led to an error. What stands before them is its message once more, which may have many lines. */
function framesOf({ message, stack = '' }: Error): string {
  const end = stack.indexOf(message) + message.length;
  const lines = stack.slice(end < message.length ? 0 : end).split('\n');
  return lines
    .filter((line) => line.startsWith('    at '))
    .slice(0, 7)
    .join('\n');
}

const LONGEST_MESSAGE = 1000;

/**
 * What an error says, fit for a status, an event or a log: credentials in URLs and after words such as
 * `password=` are blanked, and it is cut to a length that a condition can hold.
 */
export function safeMessage(error: unknown): string {
  // Much of a message that is too long is not even looked at: it may be as long as an answer.
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 4 * LONGEST_MESSAGE);
  const blanked = message
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^/\s]+@/gi, '$1***@')
    .replaceAll(
      /\b([\w-]*(?:password|passwd|token|secret|authorization|api[-_]?key))("?\s*[=:]\s*)("[^"]*"?|'[^']*'?|(?:bearer |basic )?[^\s,;&"']+)/gi,
      '$1$2***',
    );
  return blanked.length > LONGEST_MESSAGE ? `${blanked.slice(0, LONGEST_MESSAGE - 1)}…` : blanked;
}
