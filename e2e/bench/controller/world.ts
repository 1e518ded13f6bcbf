import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConfigMap,
  CustomResourceDefinition,
  isNotFound,
  type Kind,
  type Resource,
  resourcePath,
  type Transport,
} from '@hearth/runtime';
import { inLanes } from '../lanes.ts';
import { NAMESPACE, Note, noteCalled, noteDefinition } from './note.ts';

/** Makes the API server serve Notes. */
export async function installNotes(transport: Transport): Promise<void> {
  const { name } = noteDefinition.metadata;
  const query = { fieldManager: 'bench', force: true };
  const contentType = 'application/apply-patch+yaml';
  const path = resourcePath(CustomResourceDefinition, { name });
  await transport.request({ method: 'PATCH', path, query, contentType, body: noteDefinition });
  const patience = AbortSignal.timeout(30_000);
  for (;;) {
    try {
      return void (await transport.request({
        method: 'GET',
        path: resourcePath(Note, {}),
        signal: patience,
      }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await sleep(100);
    }
  }
}

/** The names of as many Notes. */
export function namesOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(5, '0')}`);
}

/** Creates one Note. */
export async function createNote(transport: Transport, name: string): Promise<void> {
  const path = resourcePath(Note, { namespace: NAMESPACE });
  await transport.request({ method: 'POST', path, body: noteCalled(name) });
}

/** Creates Notes as fast as it goes. */
export function createNotes(transport: Transport, names: readonly string[]): Promise<void> {
  return inLanes(names, (name) => createNote(transport, name));
}

/** Deletes all Notes and their ConfigMaps: nothing collects garbage here. */
export async function removeAll(transport: Transport): Promise<void> {
  for (const kind of [Note, ConfigMap]) {
    await inLanes(await existing(transport, kind), (name) =>
      transport.request({ method: 'DELETE', path: resourcePath(kind, { namespace: NAMESPACE, name }) }),
    );
  }
}

/** The names of all objects of a kind in the bench's namespace. */
export async function existing(transport: Transport, kind: Kind): Promise<readonly string[]> {
  const path = resourcePath(kind, { namespace: NAMESPACE });
  const { items } = await transport.request<{ readonly items: readonly Resource[] }>({ method: 'GET', path });
  return items.map(({ metadata }) => metadata.name);
}

/** Writes that the API server has been asked for so far, by its own count; those of objects alone. */
export async function writesSoFar(transport: Transport): Promise<number> {
  let text = '';
  await transport.stream({ method: 'GET', path: '/metrics' }, (chunk) => {
    text += chunk.toString();
  });
  const lines = text.match(/^apiserver_request_total\{.*resource="(notes|configmaps)".*$/gm) ?? [];
  const writes = lines.filter((line) => /verb="(APPLY|PATCH|PUT|POST|DELETE)"/.test(line));
  return writes.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
