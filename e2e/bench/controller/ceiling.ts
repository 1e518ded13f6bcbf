import { parseArgs } from 'node:util';
import { loadCluster, resourcePath } from '@hearth/runtime';
import { Pool } from 'undici';
import { configMapOf, NAMESPACE, Note, type NoteObject, WORKERS } from './note.ts';

/**
 * The ceiling, a process of its own: the writes of a contender with no controller around them, as fast as Node
 * sends them over kept-alive connections. Nothing is watched, and no answer is parsed.
 */

const { values } = parseArgs({ options: { kubeconfig: { type: 'string' }, objects: { type: 'string' } } });
const cluster = await loadCluster({ kubeconfig: values.kubeconfig });
const { authorization = '' } = await cluster.credentials(false);
const pool = new Pool(cluster.server, { connections: WORKERS, connect: { ca: cluster.ca } });

async function request(method: 'GET' | 'PATCH', path: string, body?: object, contentType?: string) {
  const answer = await pool.request({
    method,
    path,
    headers: {
      authorization,
      accept: 'application/json',
      ...(contentType ? { 'content-type': contentType } : {}),
    },
    body: body ? JSON.stringify(body) : null,
  });
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${await answer.body.text()}`);
  return answer.body;
}

async function notes(): Promise<readonly NoteObject[]> {
  const list = (await (await request('GET', resourcePath(Note, { namespace: NAMESPACE }))).json()) as {
    readonly items: readonly NoteObject[];
  };
  return list.items;
}

async function write(note: NoteObject): Promise<void> {
  const { name, namespace, uid, generation } = note.metadata;
  const { metadata, ...map } = configMapOf(note);
  const { apiVersion, kind } = Note;
  const owner = { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
  const configMap = { ...map, metadata: { ...metadata, ownerReferences: [owner] } };
  const mapPath = `/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=bench&force=false&fieldValidation=Ignore`;
  await (await request('PATCH', mapPath, configMap, 'application/apply-patch+yaml')).dump();
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Reconciled',
    message: '',
    lastTransitionTime: `${new Date().toISOString().slice(0, 19)}Z`,
    observedGeneration: generation,
  };
  const status = { metadata: { uid }, status: { observedGeneration: generation, conditions: [ready] } };
  const statusPath = `${resourcePath(Note, { namespace, name })}/status?fieldManager=bench&fieldValidation=Ignore`;
  await (await request('PATCH', statusPath, status, 'application/merge-patch+json')).dump();
}

const left = (await notes()).values();
process.stdout.write('synced\n');
// The lanes share one iterator: each takes the next Note when it is done with one.
const lanes = Array.from({ length: WORKERS }, async () => {
  for (const note of left) await write(note);
});
await Promise.all(lanes);
process.stdout.write('passed\n');
// It stays until it is told to go, so that what it has used can be read.
const stay = setInterval(() => undefined, 60_000);
process.once('SIGTERM', () => {
  clearInterval(stay);
  void pool.close();
});
