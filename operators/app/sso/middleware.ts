import type { SSOClient } from '@hearth/domain';
import { type Context, type Immutable, isNotFound, type Kind, type Resource, Waiting } from '@hearth/runtime';
import { identityHeaders } from '../identity-headers.ts';
import { labels, manager } from '../names.ts';
import { endpointOf, type Provider } from '../provider.ts';
import { middlewareNameOf } from './names.ts';

/** A Traefik Middleware that asks another server about each request; only what Hearth writes is named. */
export interface ForwardAuthObject extends Resource {
  readonly spec: {
    readonly forwardAuth: {
      readonly address: string;
      readonly trustForwardHeader: boolean;
      readonly authResponseHeaders: readonly string[];
    };
  };
}
export const ForwardAuth: Kind<ForwardAuthObject> = {
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'Middleware',
  plural: 'middlewares',
  namespaced: true,
};

/** The port on which a provider answers people and gateways. Its admin API has another. */
const publicPort = 'http';

/** The Middleware that asks the provider before a request reaches the app of `client`. */
export function forwardAuthOf(
  client: Immutable<SSOClient>,
  clientId: string,
  provider: Provider<'SSOClient'>,
): ForwardAuthObject {
  const { namespace, name } = client.metadata;
  const { host, port } = endpointOf({
    ...provider,
    provision: { ...provider.provision, port: publicPort },
  });
  return {
    apiVersion: ForwardAuth.apiVersion,
    kind: ForwardAuth.kind,
    metadata: {
      namespace,
      name: middlewareNameOf(name),
      labels: { [labels.managedBy]: manager },
    },
    spec: {
      forwardAuth: {
        address: `http://${host}:${port}/forward-auth?client=${encodeURIComponent(clientId)}`,
        // What a browser says of where it comes from is not believed: Traefik says it itself.
        trustForwardHeader: false,
        authResponseHeaders: identityHeaders,
      },
    },
  };
}

/**
 * Keeps the Middleware; gives its name.
 * @throws Waiting where the cluster doesn't know Traefik's kinds.
 */
export async function keepForwardAuth(
  client: Immutable<SSOClient>,
  clientId: string,
  provider: Provider<'SSOClient'>,
  { act }: Pick<Context, 'act'>,
): Promise<string> {
  const wanted = forwardAuthOf(client, clientId, provider);
  try {
    await act.apply(wanted, { owner: client });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const message =
      'The cluster doesn’t know Traefik’s kinds (traefik.io/v1alpha1), by which sign-on is asked for.';
    throw new Waiting('GatewayKindsMissing', `${message} Install Traefik’s CRDs.`);
  }
  return wanted.metadata.name;
}
