import type { Connection } from '@hearth/domain';
import { type Immutable, keyText, type Read, Secret, Stalled, Waiting } from '@hearth/runtime';
import { type BindingData, decodeSecret } from '../binding.ts';
import { generatedSecretName } from '../names.ts';
import { endpointOf, findProvider, type Provider } from '../provider.ts';

type Peer = Provider<'Connection'>;

/**
 * The App that a Connection leads to, with the offer of its role.
 * @throws Waiting where it isn't there (yet), Stalled where it can't or may not serve.
 */
export function peerOf(connection: Immutable<Connection>, read: Read): Peer {
  const { providerRef, role } = connection.spec;
  const { namespace = '' } = connection.metadata;
  const found = findProvider(read, providerRef, 'Connection', namespace);
  const provision = (found.definition.spec.provides ?? []).find(
    (offer): offer is Peer['provision'] => offer.kind === 'Connection' && offer.role === role,
  );
  const name = `App ${keyText(providerRef)}`;
  if (provision === undefined) {
    throw new Stalled('NotAProvider', `${name} (${found.app.spec.definition}) is no ${role} to others.`);
  }
  const peer = { ...found, provision };
  if (providerRef.namespace !== namespace && handsOutAdmin(peer)) {
    throw new Stalled(
      'KeyIsAdmins',
      `${name} is a ${role} to Apps of its own namespace only: its key is that of its admin account.`,
    );
  }
  return peer;
}

/** Whether who has the key of an offer could do with the App whatever Hearth can. */
function handsOutAdmin({ definition, provision }: Peer): boolean {
  const admins = (definition.spec.provides ?? []).flatMap(({ admin }) => admin?.secret ?? []);
  return provision.apiKey !== undefined && admins.includes(provision.apiKey);
}

/**
 * Where the App answers, and the key with which it lets others in.
 * @throws Waiting where the key isn't there (yet).
 */
export async function bindingDataOf(peer: Peer, read: Read): Promise<BindingData> {
  const { host, port } = endpointOf(peer);
  const url = `${peer.provision.scheme}://${host}:${port}`;
  const { apiKey } = peer.provision;
  return apiKey === undefined ? { url } : { url, apiKey: await keyOf(peer, apiKey, read) };
}

async function keyOf({ app, ref }: Peer, secret: string, read: Read): Promise<string> {
  const { namespace } = ref;
  if (app.spec.external === undefined) {
    const made = decodeSecret(read.get(Secret, { namespace, name: generatedSecretName(ref.name) }));
    const key = made?.[secret];
    if (key !== undefined) return key;
    throw new Waiting('ProviderStarting', `App ${keyText(ref)} has no ${secret} yet: it is being installed.`);
  }
  const name = app.spec.external.credentialsSecret;
  if (name === undefined) {
    const message = `App ${keyText(ref)} is external: name a Secret with its apiKey in spec.external.credentialsSecret.`;
    throw new Stalled('NoCredentials', message);
  }
  const given = decodeSecret(await read.live(Secret, { namespace, name }));
  const key = given?.apiKey ?? given?.password;
  if (key !== undefined) return key;
  throw new Waiting('CredentialsMissing', `Secret ${namespace}/${name} with apiKey is not there.`);
}
