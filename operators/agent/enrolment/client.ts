import { createHash } from 'node:crypto';
import {
  type Admission,
  admission,
  admissionRequest,
  type EnrolmentOffer,
  type EnrolmentStanding,
  enrolmentChallenge,
  enrolmentOffer,
  enrolmentPaths,
  enrolmentRefusal,
  enrolmentStanding,
  PAIRING_CONTEXT,
  pairingCode,
  signedText,
} from '@hearth/domain/enrolment-api';
import type { z } from 'zod';
import type { MachineKey } from './key.ts';
import type { Locator } from './locate.ts';
import type { NioPin } from './pin.ts';
import { pinnedRequest, Refused } from './pinned-request.ts';

/** What a machine says of itself when it enrols, beside its proof. */
export type Offer = Omit<EnrolmentOffer, 'publicKey' | 'challenge' | 'signature'>;

/** NIO's enrolment endpoint, as this machine sees it. */
export interface EnrolmentClient {
  /** NIO's time. */
  time(): Promise<Date>;
  enrol(offer: Offer): Promise<EnrolmentStanding>;
  /** A token; undefined while nobody has approved the machine. */
  admit(): Promise<Admission | undefined>;
  /** The pairing code, by what this side saw of NIO. */
  pairingCode(): Promise<string>;
}

/** A client of the endpoint, wherever that is, with the machine's key. */
export function enrolmentClient(
  nio: Pick<Locator, 'url' | 'met' | 'lost'>,
  key: MachineKey,
  pin: NioPin,
): EnrolmentClient {
  const ask = async (path: string, method: 'GET' | 'POST', body?: object) => {
    const url = new URL(path, await nio.url());
    const known = await pin.known();
    const answer = await pinnedRequest(url, { method, pin: known, ...(body ? { body } : {}) }).catch(
      (error: unknown) => {
        // Whoever asks again asks at the next place.
        nio.lost();
        throw error;
      },
    );
    await pin.met(answer.serverKey);
    if (answer.status >= 300) {
      const said = enrolmentRefusal.safeParse(answer.body);
      throw new Refused(answer.status, said.success ? said.data.message : `NIO answers ${answer.status}`);
    }
    return answer;
  };
  const challenge = async () => enrolmentChallenge.parse((await ask(enrolmentPaths.challenge, 'GET')).body);
  const signed = async (path: string, schema: z.ZodObject, content: Readonly<Record<string, unknown>>) => {
    const { serverKey, body } = await ask(enrolmentPaths.challenge, 'GET');
    const { challenge: given } = enrolmentChallenge.parse(body);
    return ask(path, 'POST', proven(path, schema, key, serverKey, { ...content, challenge: given }));
  };
  return {
    time: async () => new Date((await challenge()).time),
    async enrol(offer) {
      const { body } = await signed(enrolmentPaths.enrol, enrolmentOffer, { ...offer });
      return enrolmentStanding.parse(body);
    },
    async admit() {
      const { status, body } = await signed(enrolmentPaths.admission, admissionRequest, {});
      if (status === 202) return undefined;
      // Where NIO is can be asked again: that it can't be kept is no reason not to go in.
      await nio.met().catch(() => undefined);
      return admission.parse(body);
    },
    async pairingCode() {
      const serverKey = (await pin.known()) ?? (await ask(enrolmentPaths.challenge, 'GET')).serverKey;
      const hash = createHash('sha256')
        .update(PAIRING_CONTEXT)
        .update(Buffer.from(serverKey, 'base64'))
        .update(key.raw);
      return pairingCode(hash.digest());
    },
  };
}

/** The body with its signature over its other fields, in the order of the schema, as NIO will have them. */
function proven(
  path: string,
  schema: z.ZodObject,
  key: MachineKey,
  serverKey: string,
  content: Readonly<Record<string, unknown>>,
): object {
  const body = schema.omit({ signature: true }).parse({ ...content, publicKey: key.publicKey });
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  return { ...body, signature: key.sign(signedText(path, serverKey, String(content.challenge), digest)) };
}
