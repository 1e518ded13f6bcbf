import {
  App,
  AppDefinition,
  type IntegrationKind,
  type ProviderRef,
  type Provision,
  type Workload,
} from '@hearth/domain';
import { type Context, type Read, Secret, Stalled, Waiting } from '@hearth/runtime';
import { generatedSecretName, providersNamespace, workloadName } from './names.ts';

/** An App that provides, with the offer that is meant. */
export interface AnyProvider {
  readonly ref: ProviderRef;
  readonly app: App;
  readonly definition: AppDefinition;
  readonly provision: Provision;
}

/** A provider of one kind. */
export interface Provider<K extends IntegrationKind = IntegrationKind> extends AnyProvider {
  readonly provision: Extract<Provision, { kind: K }>;
}

/** Where a provider answers. */
export interface Endpoint {
  /** As pods of the cluster dial it. */
  readonly host: string;
  readonly port: number;
  /** The Service, where it is one of this cluster: {@link Context.reach} takes it. */
  readonly service?: { readonly namespace: string; readonly name: string };
}

/** The account with which an adapter makes what it makes. It never leaves the adapter. */
export interface AdminCredentials {
  readonly username: string;
  readonly password: string;
}

const nameOf = (ref: ProviderRef): string => `App ${ref.namespace}/${ref.name}`;

/**
 * The App that `ref` names, as a provider of `kind` to `consumerNamespace`.
 * @throws Waiting where it isn't there (yet), Stalled where it can't or may not serve.
 */
export function findProvider<K extends IntegrationKind>(
  read: Read,
  ref: ProviderRef,
  kind: K,
  consumerNamespace: string,
): Provider<K> {
  const app = read.get(App, ref);
  if (app === undefined)
    throw new Waiting('ProviderMissing', `${nameOf(ref)}, which provides the ${kind}, is not there.`);
  if (!mayServe(app, consumerNamespace)) {
    throw new Stalled(
      'ProviderNotShared',
      `${nameOf(ref)} doesn’t serve namespace ${consumerNamespace}: an App serves its own namespace, and one in ` +
        `${providersNamespace} those that its spec.share.namespaces names.`,
    );
  }
  const definition = read.get(AppDefinition, { name: app.spec.definition });
  if (definition === undefined) {
    throw new Waiting(
      'DefinitionMissing',
      `AppDefinition ${app.spec.definition} of ${nameOf(ref)} is not there.`,
    );
  }
  const provision = definition.spec.provides?.find((offer) => offer.kind === kind);
  if (provision === undefined) {
    throw new Stalled('NotAProvider', `${nameOf(ref)} (${app.spec.definition}) provides no ${kind}.`);
  }
  return { ref, app, definition, provision: provision as Provider<K>['provision'] };
}

/** Whether an App may serve what lives in `namespace`. */
function mayServe(app: App, namespace: string): boolean {
  if (app.metadata.namespace === namespace) return true;
  if (app.metadata.namespace !== providersNamespace) return false;
  const shared = app.spec.share?.namespaces ?? [];
  return shared.includes('*') || shared.includes(namespace);
}

/** Where the offer answers: on the provider's own Service, or where an external App says. */
export function endpointOf({ app, definition, provision, ref }: AnyProvider): Endpoint {
  if (app.spec.external) return externalEndpoint(app, provision, ref);
  const { workload, index } = workloadOf(definition, provision, ref);
  const ports = workload.ports ?? [];
  const port = provision.port === undefined ? ports[0] : ports.find(({ name }) => name === provision.port);
  if (port === undefined)
    throw new Stalled('NoPort', `${nameOf(ref)}: the offer names no port of workload ${workload.name}.`);
  const name = workloadName(ref.name, workload.name, index);
  return {
    host: `${name}.${ref.namespace}.svc.cluster.local`,
    port: port.port,
    service: { namespace: ref.namespace, name },
  };
}

function externalEndpoint(app: App, provision: Provision, ref: ProviderRef): Endpoint {
  const ports = app.spec.external?.ports ?? [];
  const port = provision.port === undefined ? ports[0] : ports.find(({ name }) => name === provision.port);
  if (port === undefined) {
    throw new Stalled(
      'NoPort',
      `${nameOf(ref)} is external and has no port ${provision.port ?? ''}: add it to spec.external.ports.`,
    );
  }
  const host = app.spec.external?.host ?? '';
  const service = inCluster(host);
  return { host, port: port.port, ...(service ? { service } : {}) };
}

/** The Service that a name of the cluster's DNS means; none for a name or address outside of it. */
export function inCluster(host: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, name, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(\.cluster\.local)?$/.exec(host) ?? [];
  return name && namespace ? { namespace, name } : undefined;
}

function workloadOf(
  definition: AppDefinition,
  provision: Provision,
  ref: ProviderRef,
): { workload: Workload; index: number } {
  const workloads = definition.spec.workloads ?? [];
  const index =
    provision.workload === undefined ? 0 : workloads.findIndex(({ name }) => name === provision.workload);
  const workload = workloads[index];
  if (workload === undefined)
    throw new Stalled('NoWorkload', `${nameOf(ref)}: the offer names no workload of its definition.`);
  return { workload, index };
}

/** The account that the offer's `admin` names: generated by Hearth, or in an external App's Secret. */
export async function adminCredentials(provider: AnyProvider, read: Read): Promise<AdminCredentials> {
  const { app, provision, ref } = provider;
  const { namespace } = ref;
  if (app.spec.external) {
    const name = app.spec.external.credentialsSecret;
    if (name === undefined)
      throw new Stalled(
        'NoCredentials',
        `${nameOf(ref)} is external: name its account in spec.external.credentialsSecret.`,
      );
    const data = (await read.live(Secret, { namespace, name }))?.data;
    const password = decode(data?.password);
    if (password === undefined)
      throw new Waiting(
        'CredentialsMissing',
        `Secret ${namespace}/${name} with username and password is not there.`,
      );
    return { username: decode(data?.username) ?? provision.admin?.username ?? '', password };
  }
  const admin = provision.admin;
  if (admin === undefined)
    throw new Stalled(
      'NoCredentials',
      `AppDefinition ${app.spec.definition} names no admin account for its ${provision.kind}.`,
    );
  const password = decode(
    read.get(Secret, { namespace, name: generatedSecretName(ref.name) })?.data?.[admin.secret],
  );
  if (password === undefined) throw new Waiting('ProviderStarting', `${nameOf(ref)} is being installed.`);
  return { username: admin.username, password };
}

const decode = (base64: string | undefined): string | undefined =>
  base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8');

/** What a consumer of a provider waits for: the provider to work. */
export function requireReady({ app, ref }: AnyProvider): void {
  const condition = app.status?.conditions?.find(({ type }) => type === 'Ready');
  // One that is deleted keeps serving those that use it.
  if (condition?.status === 'True' || condition?.reason === 'InUse') return;
  throw new Waiting(
    'ProviderNotReady',
    `${nameOf(ref)} is not ready: ${condition?.message || 'it is being installed'}`,
  );
}

/** Dials a provider's endpoint from this process: in the cluster by name, outside of it by a port-forward. */
export async function dial(
  endpoint: Endpoint,
  reach: Context['reach'],
): Promise<{ host: string; port: number }> {
  return endpoint.service ? reach(endpoint.service, endpoint.port) : endpoint;
}
