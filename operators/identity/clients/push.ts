import type { ClientMark, ClientReport, ClientRequest } from '@hearth/domain/identity-api';
import type { Identity } from '../identity.ts';
import { digest } from '../keys/keys.ts';
import { enforceAccess } from '../sessions/access.ts';
import type { Client } from '../store/records.ts';

const FINGERPRINT = 16;

/** Somebody else's client has that id. */
export interface Foreign {
  readonly foreign: ClientMark;
}

/** What becomes of a client when it is to be so: another one, none (it is so), or a refusal. */
export function planClient(known: Client | undefined, request: ClientRequest): Client | Foreign | undefined {
  if (known !== undefined && !sameMark(known.mark, request.mark)) return { foreign: known.mark };
  const { secrets, ...rest } = request;
  const client: Client = {
    ...rest,
    secrets: secrets.map(({ id, value }) => ({ id, digest: digest(value) })),
  };
  return JSON.stringify(known) === JSON.stringify(client) ? undefined : client;
}

/** Whether two marks are of the same owner. */
const sameMark = (a: ClientMark, b: ClientMark): boolean =>
  a.home === b.home && a.namespace === b.namespace && a.name === b.name;

/** A client as it is told: of its secrets, the fingerprints. */
export const reportOf = ({ secrets, ...client }: Client): ClientReport => ({
  ...client,
  secrets: secrets.map((secret) => ({ id: secret.id, fingerprint: secret.digest.slice(0, FINGERPRINT) })),
});

/** Makes a client as it is to be; who may no longer enter is out before this resolves. */
export async function pushClient(
  identity: Identity,
  request: ClientRequest,
): Promise<ClientReport | Foreign> {
  const plan = planClient(identity.clients.find(request.id), request);
  if (plan !== undefined && 'foreign' in plan) return plan;
  if (plan !== undefined) {
    await identity.store.clients.put(plan);
    await identity.audit({ event: 'client-changed', client: plan.id });
  }
  await enforceAccess(identity);
  return reportOf(plan ?? toClient(identity, request.id));
}

function toClient({ clients }: Identity, id: string): Client {
  const client = clients.find(id);
  if (client === undefined) throw new Error(`client ${id} was removed meanwhile`);
  return client;
}

/** Removes a client of this owner, with all tokens it was given; nothing where it is gone. */
export async function removeClient(
  identity: Identity,
  id: string,
  mark: ClientMark,
): Promise<Foreign | undefined> {
  const known = identity.clients.find(id);
  if (known !== undefined && !sameMark(known.mark, mark)) return { foreign: known.mark };
  if (known !== undefined) {
    await identity.store.clients.remove(id);
    await identity.audit({ event: 'client-removed', client: id });
  }
  await enforceAccess(identity);
  return undefined;
}
