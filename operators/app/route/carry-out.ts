import type { Home, Route } from '@hearth/domain';
import {
  type Context,
  type Immutable,
  isNotFound,
  type Key,
  type Kind,
  type Read,
  type Resource,
  Secret,
  type SecretObject,
  Waiting,
} from '@hearth/runtime';
import { bindingDigestKey, bindingHash, bindingSecret } from '../binding.ts';
import { Certificate } from '../certificate/kinds.ts';
import { bindingSecretName } from '../names.ts';
import type { Provider } from '../provider.ts';
import type { Gateway, Passage, Question } from './gateway.ts';
import { gatewayKinds } from './gateways.ts';
import { issuerOf } from './issuer/issuers.ts';
import type { Guard, Name } from './plan.ts';

/** The Secret with a route's certificate. */
const tlsSecretName = (route: string): string => `${route}-tls`;

/** A status without what a route has while its host is its own. */
export const withoutHost = { host: null, url: null, binding: null, bindingHash: null, signOn: null };

/**
 * Takes away all that leads to a route whose host isn't its own, its certificate too: nobody keeps a key for a
 * host that is another's.
 */
export async function release(route: Route, { read, act }: Context): Promise<void> {
  // The router goes first, and cert-manager's order before the Secret that it would write again.
  for (const kind of [...gatewayKinds, Certificate, Secret]) {
    for (const { metadata } of read.owned(kind, route))
      await act.delete(kind, metadata, { uid: metadata.uid });
  }
  const issued = read.get(Secret, keyIn(route, tlsSecretName(route.metadata.name)));
  if (issued && isIssued(issued)) await act.delete(Secret, issued.metadata, { uid: issued.metadata.uid });
}

/** cert-manager owns to nobody what it writes, and leaves it when the order goes; but it says in it whose order it was. */
const isIssued = ({ metadata }: Immutable<SecretObject>): boolean =>
  metadata.annotations?.['cert-manager.io/certificate-name'] === metadata.name;

/**
 * Makes sure of the certificate; says for how many milliseconds it is good.
 * @throws Waiting while it isn't there.
 */
export async function certify(
  route: Route,
  home: Home,
  { host, url }: Name,
  context: Context,
): Promise<number | undefined> {
  const secretName = tlsSecretName(route.metadata.name);
  const certificate = await issuerOf(home).ensure({ route, home, host, secretName }, context);
  if (!certificate.ready)
    throw new Waiting(certificate.reason, certificate.message, { status: { host, url } });
  return certificate.renewIn;
}

/** Keeps the binding Secret; gives the status that tells of it. */
export async function bind(
  route: Route,
  { host, url }: Name,
  definition: string,
  context: Context,
): Promise<{ readonly binding: { readonly name: string }; readonly bindingHash: string }> {
  const name = route.spec.secretName ?? bindingSecretName(route.metadata.name);
  const secret = bindingSecret(keyIn(route, name), 'route', definition, { url, host });
  await context.act.apply(secret, { owner: route });
  for (const { metadata, type } of context.read.owned(Secret, route)) {
    if (type === secret.type && metadata.name !== name)
      await context.act.delete(Secret, metadata, { uid: metadata.uid });
  }
  return { binding: { name }, bindingHash: bindingHash(await bindingDigestKey(context), { url, host }) };
}

/** By what requests are led, and what is asked before. */
export interface Way {
  readonly gateway: Gateway;
  readonly provision: Provider<'Route'>['provision'];
  readonly question: Question | undefined;
}

/** Whether anything leads to a route. */
export const isLed = (route: Route, read: Read): boolean =>
  gatewayKinds.some((kind) => read.owned(kind, route).length > 0);

/**
 * Keeps what leads requests to the route's Service, and takes away what no longer does.
 * @throws Waiting where the cluster doesn't know the gateway's kinds.
 */
export async function connect(
  route: Route,
  { host }: Name,
  guard: Guard,
  { gateway, provision, question }: Way,
  { act, read }: Context,
): Promise<void> {
  const passage: Passage = {
    ...keyIn(route, route.metadata.name),
    host,
    service: route.spec.service,
    port: route.spec.port,
    tlsSecret: tlsSecretName(route.metadata.name),
    homeNetworkOnly: guard.homeNetworkOnly,
    signOn: question,
    mark: markOf(route),
  };
  const wanted = gateway.objects(passage, provision);
  try {
    for (const object of wanted) await act.apply(object, { owner: route });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Waiting('GatewayKindsMissing', gateway.missing);
  }
  for (const kind of gatewayKinds) {
    for (const { metadata } of read.owned(kind, route)) {
      if (!wanted.some((object) => isNamed(object, kind, metadata)))
        await act.delete(kind, metadata, { uid: metadata.uid });
    }
  }
}

/** What answers by this route carry. */
export const markOf = (route: Route): string => route.metadata.uid ?? '';

const isNamed = (object: Resource, { apiVersion, kind }: Kind, { name }: Key): boolean =>
  object.apiVersion === apiVersion && object.kind === kind && object.metadata.name === name;

const keyIn = ({ metadata }: Route, name: string) => ({ namespace: metadata.namespace ?? '', name });
