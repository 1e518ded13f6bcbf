import type { FastifyRequest } from 'fastify';
import type { Identity } from '../identity.ts';
import type { Account, Client } from '../store/records.ts';
import { LAUNCHER, Refusal } from './refusal.ts';
import { visitorOf } from './visitor.ts';

/** Tells somebody that they may not enter an app, and the trail that they wanted to. */
export async function refuseApp(
  identity: Identity,
  request: FastifyRequest,
  { sub, name }: Account,
  client: Client | undefined,
): Promise<never> {
  const { address } = visitorOf(request);
  await identity.audit({
    event: 'app-refused',
    sub,
    user: name,
    address,
    ...(client && { client: client.id }),
  });
  throw new Refusal(
    403,
    `${client?.title ?? 'This app'} is not open to you`,
    'It is for certain groups of this home. Whoever looks after the home can let you in.',
    LAUNCHER,
    { signOut: 'Sign in as somebody else' },
  );
}
