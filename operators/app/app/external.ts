import { connect } from 'node:net';
import type { App } from '@hearth/domain';
import { type Context, Waiting } from '@hearth/runtime';
import { dial, inCluster } from '../provider.ts';
import type { AppInput } from '../workload/input.ts';
import type { Running } from './run.ts';

/** How long an external app may take to accept a connection, and how soon it is tried again: milliseconds. */
const patience = 3_000;
const pause = 15_000;

/**
 * An app that runs elsewhere needs nothing made: it is tried whether it answers.
 * @throws Waiting naming the port that doesn't.
 */
export async function keepExternal({ app }: AppInput, context: Context): Promise<Running> {
  for (const port of app.spec.external?.ports ?? []) await tryPort(app, port.port, context);
  return { version: app.spec.version };
}

async function tryPort(app: App, port: number, { reach, signal }: Context): Promise<void> {
  const host = app.spec.external?.host ?? '';
  const service = inCluster(host);
  try {
    const address = await dial({ host, port, ...(service ? { service } : {}) }, reach);
    await accepts(address, signal);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Waiting('Unreachable', `${host}:${port} doesn’t answer: ${why}`, { after: pause });
  }
}

function accepts(address: { host: string; port: number }, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ ...address, timeout: patience, signal });
  socket.once('connect', resolve);
  socket.once('timeout', () => reject(new Error(`no answer within ${patience / 1000} s`)));
  socket.once('error', reject);
  return promise.finally(() => socket.destroy());
}
