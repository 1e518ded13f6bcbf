import { createHmac, createPrivateKey, hash, randomBytes, X509Certificate } from 'node:crypto';
import { isAlreadyExists, type Key, type Read, Secret, type SecretObject } from '@hearth/runtime';
import { labels, manager } from '../names.ts';

/** What NIO alone knows. It is made once, and stays: machines know NIO by it. */
export interface NioKeys {
  /** PEM, for TLS. */
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the key's SubjectPublicKeyInfo: what machines pin. */
  readonly pin: Buffer;
  /** For the challenges of the enrolment. */
  readonly challenges: Buffer;
  /** For digests of secret files: nobody can guess at a file by its digest. */
  readonly digests: Buffer;
}

/** How the keys are kept: in a Secret of the suite's own namespace. */
export interface KeyStore {
  readonly live: Read['live'];
  create(secret: SecretObject): Promise<unknown>;
}

/** The Secret with NIO's keys. Without it machines don't know NIO again: it belongs to the backup of a home. */
export const keysName = 'hearth-nio-tls';

/** How many bytes the secret has from which the other keys are derived. */
const SECRET_BYTES = 32;

/**
 * NIO's keys; they are made where there are none. Whoever creates the Secret first has made them, for all replicas.
 * @throws where the Secret holds something else: another key in its place would make NIO a stranger to all machines.
 */
export async function nioKeys(store: KeyStore, namespace: string): Promise<NioKeys> {
  const key = { namespace, name: keysName };
  const known = await store.live(Secret, key);
  if (known) return readKeys(known, key);
  const made = await makeKeys(key);
  try {
    await store.create(made);
    return readKeys(made, key);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return readKeys((await store.live(Secret, key)) ?? {}, key);
  }
}

async function makeKeys(metadata: Key): Promise<SecretObject> {
  const { makeCertificate } = await import('./certificate.ts');
  const { certificate, key } = await makeCertificate();
  return {
    apiVersion: Secret.apiVersion,
    kind: Secret.kind,
    metadata: { ...metadata, labels: { [labels.managedBy]: manager } },
    type: 'kubernetes.io/tls',
    data: {
      'tls.crt': Buffer.from(certificate).toString('base64'),
      'tls.key': Buffer.from(key).toString('base64'),
      secret: randomBytes(SECRET_BYTES).toString('base64'),
    },
  };
}

function readKeys({ data = {} }: Pick<SecretObject, 'data'>, { namespace, name }: Key): NioKeys {
  const certificate = Buffer.from(data['tls.crt'] ?? '', 'base64').toString();
  const key = Buffer.from(data['tls.key'] ?? '', 'base64').toString();
  const secret = Buffer.from(data.secret ?? '', 'base64');
  const spki = subjectKey(certificate, key);
  if (!spki || secret.length < SECRET_BYTES) {
    throw new Error(
      `Secret ${namespace}/${name} does not hold NIO's keys (tls.crt, tls.key, secret). Machines know NIO by them: ` +
        'restore it from a backup; or delete it, and enrol all machines anew.',
    );
  }
  const derive = (purpose: string) => createHmac('sha256', secret).update(purpose).digest();
  return {
    certificate,
    key,
    pin: hash('sha256', spki, 'buffer'),
    challenges: derive('hearth-nio-challenges-v1'),
    digests: derive('hearth-nio-digests-v1'),
  };
}

function subjectKey(certificate: string, key: string): Buffer | undefined {
  try {
    const parsed = new X509Certificate(certificate);
    if (!parsed.checkPrivateKey(createPrivateKey(key))) return undefined;
    return parsed.publicKey.export({ type: 'spki', format: 'der' });
  } catch {
    return undefined; // not PEM, or cut short: as good as none
  }
}
