import { createHash, createPublicKey, randomBytes, verify, X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  admissionRequest,
  type EnrolmentOffer,
  enrolmentOffer,
  enrolmentPaths,
  PAIRING_CONTEXT,
  pairingCode,
  signedText,
} from '@hearth/domain/enrolment-api';
import type { Transport } from '@hearth/runtime';
import { makeCertificate } from './certificate.ts';
import { createHome, type Home } from './home.ts';

/** An enrolment endpoint as the agent sees it, over a real API server. */
export interface TestNio extends Home {
  readonly url: string;
  /** SHA-256 of its public key, in base64. */
  readonly key: string;
  readonly offers: readonly EnrolmentOffer[];
  /** What it says the time is, in milliseconds from the truth. */
  skew: number;
  /** How many challenges are left that it forgets at once. */
  admissions: number;
  close(): Promise<void>;
}

/** Where it listens, and what it tells of the API server. */
export interface TestNioOptions {
  readonly transport: Transport;
  readonly apiServer: string;
  readonly authority: string;
  readonly host?: string;
  /** Lives for so many seconds. */
  readonly tokenSeconds?: number;
}

const PAST = { notBefore: new Date('2000-01-01'), notAfter: new Date('2001-01-01') };

/** Starts it, with a certificate of its own whose dates are long past: nobody is to look at them. */
export async function startNio(options: TestNioOptions): Promise<TestNio> {
  const { certificate, key } = await makeCertificate(options.host ?? '127.0.0.1', PAST);
  const pin = createHash('sha256')
    .update(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
  const challenges = new Set<string>();
  const offers: EnrolmentOffer[] = [];
  const home = createHome(options);
  const server = createServer({ cert: certificate, key }, (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    request.on('end', () => {
      const answer = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      handle(request.url ?? '', text).then(
        ({ status, body }) => answer(status, body),
        (error: unknown) => answer(400, { message: String(error) }),
      );
    });
  });

  const handle = async (path: string, text: string): Promise<{ status: number; body: object }> => {
    if (path === enrolmentPaths.challenge) {
      const challenge = randomBytes(32).toString('base64url');
      challenges.add(challenge);
      return { status: 200, body: { challenge, time: new Date(Date.now() + nio.skew).toISOString() } };
    }
    const offer = path === enrolmentPaths.enrol ? enrolmentOffer.parse(JSON.parse(text)) : undefined;
    const body = offer ?? admissionRequest.parse(JSON.parse(text));
    if (!challenges.delete(body.challenge))
      return { status: 401, body: { message: 'That challenge is not known.' } };
    if (!isProven(path, nio.key, body))
      return { status: 401, body: { message: 'The signature is not of that key.' } };
    const code = pairing(pin, body.publicKey);
    if (offer) {
      offers.push(offer);
      return { status: 200, body: await home.enrol(offer, code) };
    }
    nio.admissions++;
    const admitted = await home.admit(body.publicKey);
    return admitted
      ? { status: 200, body: admitted }
      : { status: 202, body: await home.standing(body.publicKey, code) };
  };

  const { host = '127.0.0.1' } = options;
  const port = await listening(server, host);
  const nio: TestNio = {
    ...home,
    url: `https://${host}:${port}`,
    key: pin.toString('base64'),
    offers,
    skew: 0,
    admissions: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return nio;
}

async function listening(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

function isProven(
  path: string,
  ownKey: string,
  body: { publicKey: string; challenge: string; signature: string },
): boolean {
  const { signature, ...signed } = body;
  const digest = createHash('sha256').update(JSON.stringify(signed)).digest('hex');
  // A SubjectPublicKeyInfo of Ed25519 (RFC 8410): twelve bytes that say so, and the key.
  const info = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(body.publicKey, 'base64'),
  ]);
  const key = createPublicKey({ key: info, type: 'spki', format: 'der' });
  const text = Buffer.from(signedText(path, ownKey, body.challenge, digest));
  return verify(null, text, key, Buffer.from(signature, 'base64'));
}

const pairing = (pin: Buffer, publicKey: string): string =>
  pairingCode(
    createHash('sha256')
      .update(PAIRING_CONTEXT)
      .update(pin)
      .update(Buffer.from(publicKey, 'base64'))
      .digest(),
  );
