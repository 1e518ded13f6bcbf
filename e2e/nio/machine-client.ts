import { generateKeyPairSync, hash, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import {
  type Admission,
  admissionRequest,
  type EnrolmentChallenge,
  type EnrolmentStanding,
  enrolmentOffer,
  enrolmentPaths,
  type MachineFacts,
  PAIRING_CONTEXT,
  pairingCode,
  signedText,
} from '@hearth/domain';
import { type ClusterConfig, createTransport, type Transport } from '@hearth/runtime';

/** What the endpoint answered. */
export interface Answered<T> {
  readonly status: number;
  readonly body: T & { readonly message?: string };
}

/** A machine as the endpoint knows it: a key, and what it says. */
export interface TestMachine {
  readonly publicKey: string;
  /** The code that its screen shows. */
  code(): Promise<string>;
  enrol(facts: MachineFacts, more?: object): Promise<Answered<EnrolmentStanding>>;
  admission(): Promise<Answered<Admission & EnrolmentStanding>>;
  /**
   * Signs a body as it stands, for a path, over a challenge of its own choice or a new one, and for who has that TLS key
   * or, if that is not said, for the endpoint.
   */
  signed(path: string, body: object, challenge?: string, nioKey?: Buffer): Promise<Record<string, unknown>>;
  post<T>(path: string, body: unknown): Promise<Answered<T>>;
  challenge(): Promise<string>;
}

/** A machine with a key of its own, or with a given one, that talks to the endpoint on a port of this machine. */
export function testMachine(port: number, keys = generateKeyPairSync('ed25519')): TestMachine {
  const publicKey = rawKey(keys.publicKey).toString('base64');
  const post = <T>(path: string, body: unknown) => ask<T>(port, path, JSON.stringify(body));
  const challenge = async () =>
    (await ask<EnrolmentChallenge>(port, enrolmentPaths.challenge)).body.challenge;
  const signed = async (path: string, body: object, given?: string, nioKey?: Buffer) => {
    const pin = (nioKey ?? (await pinOf(port))).toString('base64');
    const answered = given ?? (await challenge());
    const text = { publicKey, challenge: answered, ...body };
    const digest = hash('sha256', JSON.stringify(text));
    const signature = sign(null, Buffer.from(signedText(path, pin, answered, digest)), keys.privateKey);
    return { ...text, signature: signature.toString('base64') };
  };
  return {
    publicKey,
    challenge,
    signed,
    post,
    code: async () => {
      const seen = [Buffer.from(PAIRING_CONTEXT), await pinOf(port), rawKey(keys.publicKey)];
      return pairingCode(hash('sha256', Buffer.concat(seen), 'buffer'));
    },
    async enrol(facts, more = {}) {
      const offer = { facts, mode: 'Installer', version: '0.1.0', ...more };
      const shaped = enrolmentOffer.omit({ publicKey: true, challenge: true, signature: true }).parse(offer);
      return post(enrolmentPaths.enrol, await signed(enrolmentPaths.enrol, shaped));
    },
    async admission() {
      const body = await signed(enrolmentPaths.admission, {});
      return post(enrolmentPaths.admission, admissionRequest.parse(body));
    },
  };
}

/** The 32 bytes of a key, without what says of which kind it is. */
const rawKey = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(-32);

/** SHA-256 of the key that the endpoint shows. */
function pinOf(port: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', rejectUnauthorized: false, agent: false }, (answer) => {
      const { raw } = (
        answer.socket as unknown as { getPeerCertificate(): { raw: Buffer } }
      ).getPeerCertificate();
      const spki = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
      answer.resume();
      resolve(hash('sha256', spki, 'buffer'));
    });
    asked.on('error', reject).end();
  });
}

/** One request; a POST where there is a body. */
export function ask<T>(port: number, path: string, body?: string): Promise<Answered<T>> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const options = { port, host: '127.0.0.1', path, method, rejectUnauthorized: false, agent: false };
    const asked = request(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }),
      );
    });
    asked.on('error', reject).end(body);
  });
}

/** The Kubernetes API as a machine reaches it with the token that it was given. */
export const apiOf = ({ apiServer, authority, token }: Admission): Transport =>
  createTransport({
    server: apiServer,
    ca: authority,
    namespace: 'default',
    inCluster: false,
    credentials: async () => ({ authorization: `Bearer ${token}` }),
  } satisfies ClusterConfig);
