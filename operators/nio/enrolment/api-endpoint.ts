import type { ClusterConfig, Kind, Resource, Transport } from '@hearth/runtime';
import { resourcePath } from '@hearth/runtime';

/** Where machines find the Kubernetes API, and who vouches for it (PEM). */
export interface ApiEndpoint {
  readonly apiServer: string;
  readonly authority: string;
}

interface EndpointSliceObject extends Resource {
  readonly endpoints?: readonly { readonly addresses: readonly string[] }[] | null;
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
}
/** EndpointSlices: that of the Service `kubernetes` has the addresses of the API servers themselves. */
const EndpointSlice: Kind<EndpointSliceObject> = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
};

/**
 * Finds the API from where machines are: as it was told, or the address by which the API server itself says that it is
 * reached. The address by which pods reach it is the cluster's own, and leads nowhere outside.
 * @throws where the cluster does not say.
 */
export async function findApiEndpoint(
  cluster: Pick<ClusterConfig, 'server' | 'ca' | 'inCluster'>,
  transport: Pick<Transport, 'request'>,
  told: string | undefined,
): Promise<ApiEndpoint> {
  const authority = cluster.ca;
  if (authority === undefined) {
    throw new Error(
      'the certificate authority of the API server is not known: machines could not know it again',
    );
  }
  if (told !== undefined) return { apiServer: told, authority };
  if (!cluster.inCluster) return { apiServer: cluster.server, authority };
  const slice = await transport.request<EndpointSliceObject>({
    method: 'GET',
    path: resourcePath(EndpointSlice, { namespace: 'default', name: 'kubernetes' }),
  });
  const [address, port] = [slice.endpoints?.[0]?.addresses[0], slice.ports?.[0]?.port];
  if (address === undefined || port === undefined) {
    throw new Error('the cluster does not say where its API server is: set HEARTH_API_SERVER');
  }
  const host = address.includes(':') ? `[${address}]` : address;
  return { apiServer: `https://${host}:${port}`, authority };
}
