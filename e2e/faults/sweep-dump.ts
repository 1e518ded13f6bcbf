import { App, Database, Home, Plan, Route } from '@hearth/domain';
import {
  Deployment,
  Job,
  type Kind,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  type Resource,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
} from '@hearth/runtime';
import { holdings } from '../../operators/app/database/testing/server.ts';
import { IngressRoute, Middleware } from '../../operators/app/route/traefik/kinds.ts';
import type { ApiClient } from '../app/api-client.ts';
import type { PostgresServer } from '../harness/postgres.ts';

/** Every kind that the life of an App leaves anything of. */
const kinds: readonly Kind[] = [
  App,
  Plan,
  Database,
  Route,
  Home,
  Secret,
  Service,
  ServiceAccount,
  Deployment,
  StatefulSet,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  Job,
  IngressRoute,
  Middleware,
];

const namespaces: readonly (string | undefined)[] = ['home', 'hearth-providers', 'hearth-system', undefined];

/** All objects of a home, by kind and name, each without what may differ between two equal homes. */
export type Dump = Readonly<Record<string, unknown>>;

/** Looks at everything that there is in the cluster. */
export async function dumpOf(client: ApiClient): Promise<Dump> {
  const found = await Promise.all(
    kinds.map(async (kind) =>
      (await client.list<Resource>(kind))
        .filter(({ metadata }) => namespaces.includes(metadata.namespace))
        .map((object) => [nameOf(kind, object), normalised(object, kind)] as const),
    ),
  );
  return Object.fromEntries(found.flat().toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Looks at everything that there is in a PostgreSQL. */
export async function serverDumpOf(server: PostgresServer): Promise<Dump> {
  const rows = await holdings(server);
  return Object.fromEntries(rows.map((row) => [`PostgreSQL ${row.name}`, withoutChance(row)]));
}

const nameOf = ({ kind }: Kind, { metadata }: Resource): string =>
  `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** What is made by chance or by the time of day. */
const CHANCE =
  /^(uid|resourceVersion|creationTimestamp|managedFields|clusterIPs?|certificateAuthority|data|.*[hH]ash.*|.*Time|.*\/uid)$/;

/** The same, within a text. */
const UID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/**
 * Generations stay where they count restarts: of workloads. Elsewhere a change that was made in two steps is as good
 * as one. Of a Secret's data, the keys stay; whether its values are right is tried by using them.
 */
function normalised(object: Resource, { kind }: Kind): unknown {
  const keepsGeneration = kind === 'Deployment' || kind === 'StatefulSet';
  const generations = keepsGeneration ? [] : ['generation', 'observedGeneration'];
  return withoutChance(object, ['apiVersion', 'kind', ...generations]);
}

function withoutChance(object: unknown, without: readonly string[] = []): unknown {
  const dropped = new Set(without);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(UID, '…').replaceAll(TIME, '…');
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([name]) => !dropped.has(name));
    return Object.fromEntries(
      entries.map(([name, inner]) => [name, CHANCE.test(name) ? shape(inner) : walk(inner)]),
    );
  };
  return walk(object);
}

/** That something is there, and under which names. */
function shape(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '…';
  return Object.keys(value).toSorted();
}

/** What differs between two dumps, as lines for a person; empty where they are the same. */
export function differences(wanted: Dump, found: Dump): string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].toSorted();
  return names.flatMap((name) => {
    if (!(name in found)) return [`${name} is missing`];
    if (!(name in wanted)) return [`${name} should not be there`];
    return compare(name, wanted[name], found[name]);
  });
}

function compare(path: string, wanted: unknown, found: unknown): string[] {
  if (JSON.stringify(wanted) === JSON.stringify(found)) return [];
  if (!isObject(wanted) || !isObject(found))
    return [`${path} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`];
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  return names.flatMap((name) => compare(`${path} ${name}`, wanted[name], found[name]));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
