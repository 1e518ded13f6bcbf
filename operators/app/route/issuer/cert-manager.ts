import type { Home } from '@hearth/domain';
import { type Immutable, isNotFound, type Key, keyText, type Read, Secret, Stalled } from '@hearth/runtime';
import { Certificate, type CertificateObject } from '../../certificate/kinds.ts';
import { dnsNamesOf, readPair } from '../../certificate/pair.ts';
import { labels, manager } from '../../names.ts';
import type { CertificateIssuer, CertificateRequest, CertificateState } from './issuer.ts';

type IssuerRef = Extract<Home['spec']['certificateIssuer'], { type: 'CertManager' }>;

/** Asks cert-manager, which obtains the certificate from the home's issuer and renews it. */
export const certManager = (issuer: IssuerRef): CertificateIssuer => ({
  async ensure(request, { act, read, clock }) {
    const { route, host, secretName } = request;
    const key = { namespace: route.metadata.namespace ?? '', name: secretName };
    await refuseOthersSecret(key, read);
    let certificate: Immutable<CertificateObject>;
    try {
      certificate = (await act.apply(certificateOf(request, issuer, key), { owner: route })).object;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const message = 'The home’s certificates come from cert-manager, which is not installed.';
      return { ready: false, reason: 'CertManagerMissing', message };
    }
    const pair = readPair(read.get(Secret, key))?.certificate;
    const good = pair !== undefined && dnsNamesOf(pair).includes(host) && pair.validToDate > clock.now();
    return stateOf(certificate, good, host);
  },
});

/** cert-manager asks nobody whose Secret it is that it writes into. Once there is a Certificate, it is its own. */
async function refuseOthersSecret(key: Key, read: Read): Promise<void> {
  if (read.get(Certificate, key) !== undefined) return;
  const found = read.get(Secret, key) ?? (await read.live(Secret, key));
  if (found === undefined || found.metadata.labels?.[labels.managedBy] === manager) return;
  throw new Stalled(
    'NotOurs',
    `Secret ${keyText(key)} was made by somebody else: delete or rename it, so that the certificate can go there.`,
    { after: 300_000 },
  );
}

/**
 * The Certificate is named after its Secret. The label lets the Secret be seen: only Secrets with it are watched.
 */
function certificateOf(
  { host, secretName }: CertificateRequest,
  { issuerKind, name }: IssuerRef,
  key: Required<Key> & { readonly namespace: string },
): CertificateObject {
  const managed = { [labels.managedBy]: manager };
  return {
    apiVersion: Certificate.apiVersion,
    kind: Certificate.kind,
    metadata: { ...key, labels: managed },
    spec: {
      secretName,
      dnsNames: [host],
      issuerRef: { group: 'cert-manager.io', kind: issuerKind, name },
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth'],
      secretTemplate: { labels: managed },
    },
  };
}

function stateOf(
  { metadata, status }: Immutable<CertificateObject>,
  good: boolean,
  host: string,
): CertificateState {
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  const current =
    condition !== undefined && (condition.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  if (good && current && condition.status === 'True') return { ready: true, renewIn: undefined };
  const word = current && condition.message ? `: ${condition.message}` : '.';
  return {
    ready: false,
    reason: 'CertificatePending',
    message: `cert-manager is obtaining a certificate for ${host}${word}`,
  };
}
