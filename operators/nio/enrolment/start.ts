import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { admissionRequest, enrolmentOffer, enrolmentPaths } from '@hearth/domain';
import {
  type Clock,
  type ClusterConfig,
  createTransport,
  isNotFound,
  type Logger,
  pause,
  resourcePath,
  Secret,
  systemClock,
  type Transport,
} from '@hearth/runtime';
import { z } from 'zod';
import { type KeyStore, nioKeys } from '../keys/keys.ts';
import { admit } from './admit.ts';
import { findApiEndpoint } from './api-endpoint.ts';
import { type Challenges, createChallenges } from './challenge.ts';
import { type Enrolment, enrol } from './enrol.ts';
import { machinesOver } from './machines.ts';
import { isProven } from './proof.ts';
import { createRates, type Rate } from './rates.ts';
import { Refusal } from './refusal.ts';
import { enrolmentServer, type Posted } from './server.ts';
import { createTurns } from './turns.ts';

/** What the enrolment endpoint is started with. */
export interface EnrolmentOptions {
  readonly cluster: ClusterConfig;
  /** The namespace of the suite, where NIO keeps its own keys. */
  readonly namespace: string;
  readonly port: number;
  readonly host?: string;
  /** The URL of the Kubernetes API as machines reach it; if not given, the API server's own address. */
  readonly apiServer?: string | undefined;
  /** How often one address may ask. */
  readonly rate?: Rate;
  /** How many machines may wait for approval; 100 if not given. */
  readonly mostWaiting?: number;
  readonly clock?: Clock;
  readonly log: Logger;
  /** Ends the wait for an API server that is not there yet. */
  readonly signal?: AbortSignal;
}

/** The endpoint at work. */
export interface EnrolmentEndpoint {
  readonly port: number;
  /** SHA-256 of the key that machines pin, in hexadecimal. */
  readonly pin: string;
  close(): Promise<void>;
}

/** Machines ask every few seconds while they wait; on their way through a Service all may get one address. */
const RATE: Rate = { burst: 200, perSecond: 20 };

/** Of machines that are new, whatever their addresses: a home has dozens, and whoever has thousands sends them slowly. */
const NEWCOMERS: Rate = { burst: 200, perSecond: 5 };

/** How many requests are with the API server at the same time. */
const MOST_AT_ONCE = 32;

/** How long to wait before looking for NIO's keys again, in milliseconds. */
const RETRY = 5_000;

/**
 * Starts the enrolment endpoint. It holds no state: every replica may answer. It waits for as long as the API server
 * can't be asked for NIO's keys.
 * @throws where it can't listen.
 */
export async function startEnrolment(options: EnrolmentOptions): Promise<EnrolmentEndpoint> {
  const { cluster, clock = systemClock, log, rate = RATE } = options;
  const transport = createTransport(cluster, { clock, userAgent: 'hearth-nio-enrolment' });
  const keys = await patiently(() => nioKeys(keyStore(transport), options.namespace), { ...options, clock });
  const challenges = createChallenges(keys.challenges, clock);
  const machines = machinesOver(transport);
  const { mostWaiting = 100 } = options;
  const door = {
    machines,
    clock,
    newcomers: createRates(NEWCOMERS, clock),
    turns: createTurns(1),
    mostWaiting,
  };
  const enrolment = { ...door, transport, pin: keys.pin };
  const endpoint = () => findApiEndpoint(cluster, transport, options.apiServer);
  const posts = postsOf(enrolment, challenges, endpoint);
  const [rates, turns] = [createRates(rate, clock), createTurns(MOST_AT_ONCE)];
  const server = enrolmentServer({ keys, challenges, rates, turns, posts, clock, log });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  log.info({ port, pin: keys.pin.toString('hex') }, 'machines can enrol');
  return {
    port,
    pin: keys.pin.toString('hex'),
    async close() {
      server.close();
      server.closeAllConnections();
      await transport.close();
    },
  };
}

async function patiently<T>(
  make: () => Promise<T>,
  { clock, log, signal = new AbortController().signal }: EnrolmentOptions & { readonly clock: Clock },
): Promise<T> {
  for (;;) {
    try {
      return await make();
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ error }, 'machines can’t enrol yet; trying again');
      await pause(clock, RETRY, signal);
    }
  }
}

/** What can be posted, each with its proof. */
function postsOf(
  enrolment: Enrolment,
  challenges: Challenges,
  endpoint: Parameters<typeof admit>[2],
): Readonly<Record<string, Posted>> {
  const measure = { challenges, pin: enrolment.pin };
  return {
    [enrolmentPaths.enrol]: async (body, address) => {
      const offer = proven(enrolmentPaths.enrol, enrolmentOffer, body, measure);
      return { status: 200, body: await enrol(offer, address, enrolment) };
    },
    [enrolmentPaths.admission]: async (body) => {
      const request = proven(enrolmentPaths.admission, admissionRequest, body, measure);
      const answer = await admit(request, enrolment, endpoint);
      return { status: 'token' in answer ? 200 : 202, body: answer };
    },
  };
}

/**
 * What a body says, once it is proven by whom.
 * @throws Refusal where it is not as it should be, or not proven.
 */
function proven<T extends { publicKey: string; challenge: string; signature: string }>(
  path: string,
  schema: z.ZodType<T>,
  body: unknown,
  { challenges, pin }: { readonly challenges: Challenges; readonly pin: Buffer },
): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    throw new Refusal(
      400,
      `The request is not as it should be: ${z.prettifyError(parsed.error)}`.slice(0, 1024),
    );
  }
  // What costs less comes first; and a challenge that was answered wrongly is answered.
  if (!challenges.redeem(parsed.data.challenge)) {
    throw new Refusal(401, 'The challenge has ended, or was answered before. Ask for another one.');
  }
  if (!isProven(path, pin, parsed.data))
    throw new Refusal(401, 'The signature is not by the key that the request names.');
  return parsed.data;
}

function keyStore(transport: Transport): KeyStore {
  return {
    live: (kind, key) =>
      transport.request<never>({ method: 'GET', path: resourcePath(kind, key) }).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      }),
    create: (body) =>
      transport.request({
        method: 'POST',
        path: resourcePath(Secret, { namespace: body.metadata.namespace }),
        query: { fieldManager: 'nio-enrolment' },
        body,
      }),
  };
}
