import { z } from 'zod';
import type { AdmissionPlace } from './admission/listen.ts';
import type { ArchivePlace } from './archiving/archiver.ts';
import type { Endpoints } from './graph/remote/client.ts';

/** How the process is set up: everything comes from the environment, as a pod gets it. */
export interface Config {
  /** Where the log is. On a local file system, of this process alone. */
  readonly folder: string;
  /** `postgresql://…`, where the log is in a database; may hold a password. */
  readonly databaseUrl?: string;
  /** Where old events are moved to; without it, all of them stay in the log. */
  readonly archive?: ArchivePlace;
  /** Where a SPARQL server answers that has the graph, if one does; may hold a password. */
  readonly sparql?: Endpoints;
  /** Where the Secret with the sink's own keys is mounted. */
  readonly keys: string;
  /** Where the Secret with what the sink is at the home's identity provider is mounted, if there is one. */
  readonly signIn: string;
  /** Where the API server says who asks it for what; without it, field managers are recorded. */
  readonly admission?: AdmissionPlace;
  /** For whoever asks about events. */
  readonly port: number;
  /** For the kubelet and Prometheus. */
  readonly healthPort: number;
  /** The namespace of the pod. */
  readonly namespace: string;
  /** The kubeconfig of a process outside of the cluster. */
  readonly kubeconfig?: string;
  /** The address of the home, where it is not to be read from the Home: `https://hearth.home.arpa`. */
  readonly address?: string;
  readonly logLevel: string;
}

const port = (otherwise: number) => z.coerce.number().int().min(0).max(65_535).default(otherwise);

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional();

const environment = z.object({
  HEARTH_EVENTS_FOLDER: z.string().default('/data'),
  HEARTH_EVENTS_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' })
    .optional(),
  HEARTH_EVENTS_ARCHIVE: z.string().optional(),
  // The last of them is the one that readers who fell behind are likely to ask for.
  HEARTH_EVENTS_ARCHIVE_KEEP: z.coerce.number().int().min(1).default(100),
  HEARTH_EVENTS_SPARQL_QUERY: httpUrl,
  HEARTH_EVENTS_SPARQL_UPDATE: httpUrl,
  HEARTH_EVENTS_SPARQL_AUTHORIZATION: z.string().optional(),
  HEARTH_EVENTS_KEYS: z.string().default('/keys'),
  HEARTH_EVENTS_SIGN_IN: z.string().default('/sign-in'),
  HEARTH_EVENTS_ADMISSION: z.string().optional(),
  HEARTH_EVENTS_ADMISSION_PORT: port(8443),
  HEARTH_EVENTS_PORT: port(8080),
  HEARTH_EVENTS_HEALTH_PORT: port(9090),
  HEARTH_EVENTS_ADDRESS: z
    .url({ protocol: /^https$/, error: 'must be the https URL at which people reach the home' })
    .refine((url) => new URL(url).pathname === '/', 'must have no path')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  POD_NAMESPACE: z.string().default('hearth-system'),
  KUBECONFIG: z.string().optional(),
  LOG_LEVEL: z.string().default('info'),
});

type Environment = z.infer<typeof environment>;

const bothOrNone = environment.refine(
  ({ HEARTH_EVENTS_SPARQL_QUERY: query, HEARTH_EVENTS_SPARQL_UPDATE: update }) =>
    (query === undefined) === (update === undefined),
  { path: ['HEARTH_EVENTS_SPARQL_QUERY'], error: 'and HEARTH_EVENTS_SPARQL_UPDATE must come together' },
);

/** Reads the environment. @throws with all that is wrong in it. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { data, error } = bothOrNone.safeParse(given);
  if (error !== undefined) {
    throw new Error(error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '));
  }
  return {
    folder: data.HEARTH_EVENTS_FOLDER,
    keys: data.HEARTH_EVENTS_KEYS,
    signIn: data.HEARTH_EVENTS_SIGN_IN,
    port: data.HEARTH_EVENTS_PORT,
    healthPort: data.HEARTH_EVENTS_HEALTH_PORT,
    namespace: data.POD_NAMESPACE,
    logLevel: data.LOG_LEVEL,
    ...(data.HEARTH_EVENTS_DATABASE_URL !== undefined && { databaseUrl: data.HEARTH_EVENTS_DATABASE_URL }),
    ...(data.HEARTH_EVENTS_ARCHIVE !== undefined && {
      archive: { folder: data.HEARTH_EVENTS_ARCHIVE, keep: data.HEARTH_EVENTS_ARCHIVE_KEEP },
    }),
    ...(data.HEARTH_EVENTS_ADMISSION !== undefined && {
      admission: { folder: data.HEARTH_EVENTS_ADMISSION, port: data.HEARTH_EVENTS_ADMISSION_PORT },
    }),
    ...sparqlIn(data),
    ...(data.KUBECONFIG !== undefined && { kubeconfig: data.KUBECONFIG }),
    ...(data.HEARTH_EVENTS_ADDRESS !== undefined && { address: data.HEARTH_EVENTS_ADDRESS }),
  };
}

function sparqlIn({
  HEARTH_EVENTS_SPARQL_QUERY: query,
  HEARTH_EVENTS_SPARQL_UPDATE: update,
  HEARTH_EVENTS_SPARQL_AUTHORIZATION: authorization,
}: Environment): Pick<Config, 'sparql'> {
  if (query === undefined || update === undefined) return {};
  return { sparql: { query, update, ...(authorization !== undefined && { headers: { authorization } }) } };
}
