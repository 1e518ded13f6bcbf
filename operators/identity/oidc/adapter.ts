import type { Clock } from '@hearth/runtime/clock';
import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider';
import type { Clients } from '../clients/clients.ts';
import type { Store } from '../store/store.ts';
import type { ArtefactCodec, Payload } from './artefacts.ts';
import { clientMetadata } from './clients.ts';

/** What the adapter works with. */
export interface AdapterParts {
  readonly store: Pick<Store, 'artefacts'>;
  readonly clients: Clients;
  readonly codec: ArtefactCodec;
  readonly clock: Clock;
}

/** What oidc-provider keeps, in the store; clients come from memory. */
export const createAdapter =
  (parts: AdapterParts): AdapterFactory =>
  (model) =>
    model === 'Client' ? clientAdapter(parts) : artefactAdapter(parts, model);

function artefactAdapter({ store: { artefacts }, codec, clock }: AdapterParts, model: string): Adapter {
  const now = () => clock.now().getTime();
  const opened = (artefact: Parameters<ArtefactCodec['open']>[0] | undefined) =>
    artefact === undefined ? undefined : (codec.open(artefact) as AdapterPayload | undefined);
  return {
    find: async (id) => opened(await artefacts.find(model, codec.digest(model, id))),
    findByUid: async (uid) => opened(await artefacts.findByUid(codec.uid(uid))),
    findByUserCode: async () => undefined,
    async upsert(id, payload, expiresIn) {
      const expires = expiresIn === undefined ? undefined : now() + expiresIn * 1000;
      await artefacts.put(codec.close(model, id, payload as Payload, expires));
    },
    async consume(id) {
      // Of two that come with the same code at the same time, both of which found it unused, one is too late.
      if (await artefacts.consume(model, codec.digest(model, id), now())) return;
      throw new errors.InvalidGrant(`${model} already consumed`);
    },
    destroy: (id) => artefacts.remove(model, codec.digest(model, id)),
    revokeByGrantId: (grantId) => artefacts.removeGrant(codec.grant(grantId)),
  };
}

/** Clients are kept by the admin API alone. */
function clientAdapter({ clients }: AdapterParts): Adapter {
  const refuse = () => Promise.reject(new Error('clients are made by the admin API'));
  return {
    async find(id) {
      const client = clients.find(id);
      return client?.strategy === 'oidc' ? clientMetadata(client) : undefined;
    },
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    upsert: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  };
}
