import { dump } from 'js-yaml';
import type { KeyPair } from '../pki/certificates.ts';

/** The kubeconfig of one client that shows a certificate. */
export function kubeconfig(server: string, authority: string, user: string, pair: KeyPair): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'hearth', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [
      {
        name: user,
        user: { 'client-certificate-data': base64(pair.certificate), 'client-key-data': base64(pair.key) },
      },
    ],
    contexts: [{ name: 'hearth', context: { cluster: 'hearth', user } }],
    'current-context': 'hearth',
  });
}
