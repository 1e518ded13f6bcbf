import { App, AppDefinition, Connection } from '@hearth/domain';
import {
  type Context,
  type Controller,
  type Immutable,
  type Key,
  keyOf,
  keyText,
  mapped,
  type Outcome,
  type Read,
  ready,
  Secret,
  type SecretObject,
  specOf,
  Waiting,
  waiting,
} from '@hearth/runtime';
import { type BindingData, bindingDigestKey, bindingHash, bindingSecret } from '../binding.ts';
import { appsByDefinition, connectionsByProvider } from '../indexes.ts';
import { bindingSecretName, generatedSecretName, labels, managedSelector } from '../names.ts';
import { readinessOf, requireReady } from '../provider.ts';
import { bindingDataOf, peerOf } from './provider.ts';

/** How often the key of an App that runs elsewhere is read again, in milliseconds: its Secret is not watched. */
const recheck = 600_000;

/** Gives one app the address and the key of another. */
export const connectionController: Controller<Connection> = {
  name: 'connection',
  kind: Connection,
  owns: [{ kind: Secret, selector: managedSelector }],
  watches: [
    mapped(App, (app, read) => connectionsTo(keyOf(app), read), {
      aspect: (app) => [specOf(app), readinessOf(app)],
    }),
    mapped(AppDefinition, connectionsOfDefinition, { aspect: specOf }),
    mapped(Secret, connectionsOfSecret, { selector: managedSelector }),
  ],
  indexes: [connectionsByProvider, appsByDefinition],

  async reconcile(connection, context) {
    const peer = peerOf(connection, context.read);
    // What was given once stays as true as it can be; before that, whoever gets it is to find somebody there.
    if (connection.status?.bindingHash === undefined) requireReady(peer);
    const data = await bindingDataOf(peer, context.read);
    const status = await bind(connection, peer.app.spec.definition, data, context);
    return outcomeOf(() => requireReady(peer), {
      status,
      after: peer.app.spec.external ? recheck : undefined,
    });
  },
};

/** Keeps the binding Secret; gives the status that tells of it. */
async function bind(
  connection: Immutable<Connection>,
  definition: string,
  data: BindingData,
  context: Context,
): Promise<object> {
  const { namespace = '', name: own } = connection.metadata;
  const name = connection.spec.secretName ?? bindingSecretName(own);
  const { role } = connection.spec;
  const secret = bindingSecret({ namespace, name }, 'connection', definition, { ...data, role });
  await context.act.apply(secret, { owner: connection });
  for (const { metadata, type } of context.read.owned(Secret, connection)) {
    if (type === secret.type && metadata.name !== name) await context.act.delete(Secret, metadata);
  }
  return { binding: { name }, bindingHash: bindingHash(await bindingDigestKey(context), data) };
}

function outcomeOf(
  requireWorking: () => void,
  detail: { status: object; after: number | undefined },
): Outcome {
  try {
    requireWorking();
    return ready(detail);
  } catch (error) {
    if (!(error instanceof Waiting)) throw error;
    return waiting(error.reason, error.message, { status: detail.status });
  }
}

const connectionsTo = (provider: Key, read: Read): Key[] =>
  read.list(Connection, { index: [connectionsByProvider.name, keyText(provider)] }).map(keyOf);

function connectionsOfDefinition({ metadata: { name } }: Immutable<AppDefinition>, read: Read): Key[] {
  const apps = read.list(App, { index: [appsByDefinition.name, name] });
  return apps.flatMap((app) => connectionsTo(keyOf(app), read));
}

/** Those whose key is among an App's generated secrets. */
function connectionsOfSecret({ metadata }: Immutable<SecretObject>, read: Read): readonly Key[] {
  const app = metadata.labels?.[labels.app];
  if (app === undefined || metadata.name !== generatedSecretName(app)) return [];
  return connectionsTo({ namespace: metadata.namespace, name: app }, read);
}
