import { z } from 'zod';
import { SHORTEST_KEY } from './keys/keys.ts';
import { INSIDE } from './web/gateways.ts';

/** How the process is set up: everything comes from the environment, as a pod gets it. */
export interface Config {
  /** Where people reach identity: `https://identity.DOMAIN`. */
  readonly issuer: string;
  /** All keys are derived from it. Who has it can be anybody; without it, nothing stored can be opened. */
  readonly key: string;
  /** Opens the admin API. */
  readonly adminToken: string;
  /** PostgreSQL; absent: SQLite in `file`. */
  readonly databaseUrl?: string;
  readonly file: string;
  readonly port: number;
  readonly adminPort: number;
  /** Whose `X-Forwarded-For` is believed: addresses or ranges of the gateway. */
  readonly gateways: readonly string[];
  /** The directory that is kept in step, where there is one. */
  readonly directory?: { readonly url: string; readonly password: string };
  readonly logLevel: string;
}

const port = (otherwise: number) => z.coerce.number().int().min(0).max(65_535).default(otherwise);

const environment = z.object({
  HEARTH_IDENTITY_ISSUER: z
    .url({ protocol: /^https$/, error: 'must be the https URL at which people reach identity' })
    .transform((url) => url.replace(/\/+$/, ''))
    .refine((url) => new URL(url).pathname === '/', 'must have no path'),
  HEARTH_IDENTITY_KEY: z
    .string('is missing')
    .min(SHORTEST_KEY, `must have at least ${SHORTEST_KEY} characters`),
  HEARTH_IDENTITY_ADMIN_TOKEN: z.string('is missing').min(16, 'must have at least 16 characters'),
  HEARTH_IDENTITY_FILE: z.string().default('/data/identity.db'),
  HEARTH_IDENTITY_PORT: port(8080),
  HEARTH_IDENTITY_ADMIN_PORT: port(9091),
  HEARTH_IDENTITY_GATEWAYS: z.string().default(INSIDE),
  HEARTH_DIRECTORY_URL: z.string().optional(),
  HEARTH_DIRECTORY_PASSWORD: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  LOG_LEVEL: z.string().default('info'),
});

/** Reads the environment; throws with all that is wrong in it, and never with a value: some are secret. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // A slot that is not bound leaves its variables empty.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { data, error } = environment.safeParse(given);
  if (error !== undefined) {
    throw new Error(error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '));
  }
  const { HEARTH_DIRECTORY_URL: url, HEARTH_DIRECTORY_PASSWORD: password } = data;
  return {
    issuer: data.HEARTH_IDENTITY_ISSUER,
    key: data.HEARTH_IDENTITY_KEY,
    adminToken: data.HEARTH_IDENTITY_ADMIN_TOKEN,
    file: data.HEARTH_IDENTITY_FILE,
    port: data.HEARTH_IDENTITY_PORT,
    adminPort: data.HEARTH_IDENTITY_ADMIN_PORT,
    gateways: data.HEARTH_IDENTITY_GATEWAYS.split(',').map((range) => range.trim()),
    logLevel: data.LOG_LEVEL,
    ...(data.DATABASE_URL !== undefined && { databaseUrl: data.DATABASE_URL }),
    ...(url !== undefined && password !== undefined && { directory: { url, password } }),
  };
}
