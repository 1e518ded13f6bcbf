import { App, Connection, Database, Route, SSOClient } from '@hearth/domain';
import {
  Deployment,
  type Key,
  type Kind,
  NetworkPolicy,
  PersistentVolumeClaim,
  type Resource,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
} from '@hearth/runtime';
import { expect, vi } from 'vitest';
import type { ApiClient } from './api-client.ts';
import type { TestHome } from './home.ts';

/** Waits until a check passes; fails with what it fails with at last. */
export const eventually = <T>(check: () => Promise<T>, timeout = 30_000): Promise<T> =>
  vi.waitFor(check, { timeout, interval: 100 });

/** A status with such a condition, among others. */
export const condition = (type: string, fields: object) => ({
  conditions: expect.arrayContaining([expect.objectContaining({ type, ...fields })]),
});

/** Waits until the Ready condition of an App is so. */
export const appBecomes = (client: ApiClient, key: Key, fields: object): Promise<App> =>
  eventually(async () => {
    const app = await client.get(App, key);
    // Everything that is asserted, in one object: what is wrong shows with what the App says of itself.
    expect({ generation: app?.metadata.generation, status: app?.status }).toMatchObject({
      generation: app?.status?.observedGeneration ?? 0,
      status: condition('Ready', fields),
    });
    return app as App;
  });

/** Waits until an App is Ready. */
export const appIsReady = (client: ApiClient, key: Key): Promise<App> =>
  appBecomes(client, key, { status: 'True' });

/** Waits until an object is gone. */
export const isGone = (check: () => Promise<Resource | undefined>): Promise<void> =>
  eventually(async () => expect(await check()).toBeUndefined());

/** The generations of all workloads of a namespace, by name: a template that changed restarts its pods. */
export async function generations(client: ApiClient, namespace = 'home'): Promise<Record<string, number>> {
  const all = [
    ...(await client.list(Deployment, namespace)),
    ...(await client.list<Resource>(StatefulSet, namespace)),
  ];
  return Object.fromEntries(all.map(({ metadata }) => [metadata.name, metadata.generation ?? 0]));
}

/** What an App is made of, beside its Plans. */
export const childKinds: readonly Kind[] = [
  Database,
  Route,
  SSOClient,
  Connection,
  Deployment,
  StatefulSet,
  Service,
  ServiceAccount,
  NetworkPolicy,
  PersistentVolumeClaim,
  Secret,
];

/** What the suite made for an App, or an App left, in `home`. */
export async function childrenOfApp(client: ApiClient, name: string): Promise<readonly Resource[]> {
  const labels = `app.kubernetes.io/instance=${name}`;
  const lists = await Promise.all(
    childKinds.map(async (kind) =>
      (await client.list(kind, 'home', labels)).map((item) => ({ ...item, kind: kind.kind })),
    ),
  );
  return lists.flat();
}

/** An object as `kubectl get -o name` would write it. */
export const textOf = ({ kind, metadata }: Resource): string => `${kind}/${metadata.name}`;

/** The status codes that the API server has answered the suite with. */
export async function codesOfAnswers({ suite }: Pick<TestHome, 'suite'>): Promise<readonly string[]> {
  const answer = await fetch(`http://127.0.0.1:${suite?.httpPort()}/metrics`);
  const lines = (await answer.text()).split('\n');
  const codes = lines.flatMap((line) => /^rest_client_requests_total\{.*code="(\w+)"/.exec(line)?.[1] ?? []);
  return [...new Set(codes)].toSorted();
}
