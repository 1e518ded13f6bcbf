import { createHash, X509Certificate } from 'node:crypto';
import { type NioAddress, nioAddress } from '@hearth/domain';
import { browseNio } from '../discovery/browse.ts';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';
import { enrolmentUrlOf } from './enrolment-service.ts';

/** What a person said about NIO’s enrolment endpoint. */
export interface NioOptions {
  readonly nio?: string;
  readonly nioKey?: string;
}

/** Where machines are to enrol, and whether the network says so already. */
export interface NioWhereabouts {
  /** With its key where somebody vouches for that: a person, or the home’s cluster. */
  readonly nio: NioAddress;
  readonly isAnnounced: boolean;
}

/**
 * Where machines are to enrol: what was said; else what the home’s cluster says; else what the network says (multicast
 * DNS).
 * @param kubectl for that cluster, where there is one: then the key is what is really NIO’s
 * @throws Failure where it is not known, or several say that they were it.
 */
export async function nioFor(
  { nio: said, nioKey }: NioOptions,
  kubectl: Kubectl | undefined,
  interfaceAddress?: string,
): Promise<NioWhereabouts> {
  const key = nioKey === undefined ? kubectl && (await nioKeyOf(kubectl)) : inBase64(nioKey);
  const url = said ?? (kubectl && (await enrolmentUrlOf(kubectl)));
  if (url === undefined)
    return { nio: discovered(await browseNio(interfaceAddress), key), isAnnounced: true };
  const address = nioAddress.safeParse({ url, ...(key === undefined ? {} : { key }) });
  if (address.success) return { nio: address.data, isAnnounced: false };
  const [issue] = address.error.issues;
  throw new Failure(`--${issue?.path[0] === 'key' ? 'nio-key' : 'nio'} ${issue?.message}.`);
}

/**
 * Chooses among what the network says, by the key where that is known. A key that only the network says is nobody’s word:
 * machines would hold it for given, and nobody would compare codes. @throws Failure unless it is one.
 */
export function discovered(found: readonly NioAddress[], key: string | undefined): NioAddress {
  const fitting = key === undefined ? found : found.filter((each) => each.key === key);
  const [only, ...others] = fitting;
  if (only && others.length === 0) return { url: only.url, ...(key === undefined ? {} : { key }) };
  if (only)
    throw new Failure(
      `Several say that they were NIO (${fitting.map(({ url }) => url).join(', ')}): choose one by --nio and --nio-key.`,
    );
  throw new Failure(
    `Nobody on this network says where NIO is${found.length > 0 ? ' with the key of this home' : ''}: say it by --nio https://HOST:PORT.`,
  );
}

/** NIO’s log has the hash in hexadecimal. */
const inBase64 = (hash: string): string =>
  /^[0-9a-f]{64}$/i.test(hash) ? Buffer.from(hash, 'hex').toString('base64') : hash;

/** The hash by which machines know NIO, from its certificate; undefined where NIO has none yet. */
export async function nioKeyOf(kubectl: Kubectl): Promise<string | undefined> {
  const asked = ['get', 'secret', 'hearth-nio-tls', '--namespace', 'hearth-system', '--ignore-not-found'];
  const certificate = await kubectl([...asked, '-o', String.raw`jsonpath={.data.tls\.crt}`]);
  return certificate === '' ? undefined : keyHash(Buffer.from(certificate, 'base64'));
}

/** SHA-256 of a certificate’s SubjectPublicKeyInfo, in base64. */
function keyHash(certificate: Buffer): string {
  const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64');
}
