// tsyringe, on which x509 stands, needs Reflect.getMetadata: this import must come first.
import 'reflect-metadata';

import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

// Import this file lazily: x509 takes 20 MB, and is needed once in the life of a home.

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Nothing depends on when it ends: agents know the key, and look at no date. Their clocks may be years behind. */
const BEGIN = new Date('2000-01-01T00:00:00Z');
const END = new Date('2099-12-31T00:00:00Z');

/** Makes the key of NIO's enrolment endpoint, and a certificate that it signs itself; both in PEM. */
export async function makeCertificate(): Promise<{ readonly certificate: string; readonly key: string }> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ O: ['Hearth'] }, { CN: ['NIO'] }],
      keys,
      signingAlgorithm: ecdsa,
      notBefore: BEGIN,
      notAfter: END,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'nio.hearth.internal' }]),
      ],
    },
    webcrypto,
  );
  const key = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  );
  return { certificate: `${certificate.toString('pem')}\n`, key: `${key}\n` };
}
