import { lookup } from 'node:dns';
import { connect, type LookupFunction } from 'node:net';
import type { App } from '@hearth/domain';
import { type Address, type Context, Stalled, Waiting } from '@hearth/runtime';
import { dialledHost, inCluster, refuseAddress, refuseHost } from '../external-address.ts';
import type { AppInput } from '../workload/input.ts';
import type { Running } from './run.ts';

/** How long an external app may take to accept a connection, in milliseconds. */
const patience = 3_000;
/** How soon one is tried again that did not answer, and one that did: milliseconds. */
const pause = 15_000;
const interval = 60_000;

/**
 * An app that runs elsewhere needs nothing made: it is tried, now and again, whether it answers.
 * @throws Waiting naming the port that doesn't; Stalled where its address may not be dialled.
 */
export async function keepExternal({ app }: Pick<AppInput, 'app'>, context: Context): Promise<Running> {
  refuseHost(app);
  for (const port of app.spec.external?.ports ?? []) await tryPort(app, port.port, context);
  return { version: app.spec.version, after: interval };
}

async function tryPort(app: App, port: number, { reach, signal }: Context): Promise<void> {
  const host = app.spec.external?.host ?? '';
  const service = inCluster(host);
  try {
    const address = service ? await reach(service, port) : { host: dialledHost(app), port };
    await accepts(address, service ? lookup : lookupFor(app), signal);
  } catch (error) {
    if (error instanceof Stalled) throw error;
    throw new Waiting('Unreachable', `${host}:${port} doesn’t answer: ${reasonOf(error)}`, { after: pause });
  }
}

/** Where a name has several addresses, each of them failed, and the error as a whole says nothing. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** Finds the addresses of a name, and refuses those that the App may not name either. */
function lookupFor(app: App): LookupFunction {
  return (host, options, callback) =>
    lookup(host, options, (error, found, family) => {
      try {
        const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
        for (const address of addresses) refuseAddress(app, address);
        callback(error, found, family);
      } catch (refusal) {
        callback(refusal as Stalled, found, family);
      }
    });
}

function accepts(address: Address, find: LookupFunction, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ ...address, timeout: patience, signal, lookup: find });
  socket.once('connect', resolve);
  socket.once('timeout', () => reject(new Error(`no answer within ${patience / 1000} s`)));
  socket.once('error', reject);
  return promise.finally(() => socket.destroy());
}
