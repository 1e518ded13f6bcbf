import type { Keys } from '../keys/keys.ts';
import { createSeal } from '../keys/seal.ts';
import type { Artefact, Instant } from '../store/records.ts';

/** What the OpenID Provider gives to be kept; of all its fields, only these are looked at. */
export interface Payload {
  readonly [field: string]: unknown;
  readonly grantId?: string | undefined;
  readonly uid?: string | undefined;
}

/**
 * How what the OpenID Provider keeps is stored: found by keyed digests, for the id of a token is the token itself, and
 * sealed. Who reads the database learns no token, no session and nobody's name.
 */
export interface ArtefactCodec {
  digest(model: string, id: string): string;
  grant(id: string): string;
  uid(uid: string): string;
  /** As it is stored. */
  close(model: string, id: string, payload: Payload, expires: Instant | undefined): Artefact;
  /** Undefined where it can't be opened: it was sealed with another key. */
  open(artefact: Artefact): Payload | undefined;
}

/** The codec of a master key. */
export function createArtefactCodec(keys: Keys): ArtefactCodec {
  const seal = createSeal(keys.derive('seal', 'artefacts'));
  const codec: Omit<ArtefactCodec, 'close' | 'open'> = {
    digest: (model, id) => keys.mac('artefact', model, id),
    grant: (id) => keys.mac('artefact', 'grant', id),
    uid: (uid) => keys.mac('artefact', 'uid', uid),
  };
  return {
    ...codec,
    close(model, id, payload, expires) {
      // A grant is removed together with what was given out under it.
      const grant = model === 'Grant' ? id : payload.grantId;
      const digest = codec.digest(model, id);
      return {
        model,
        digest,
        payload: seal.close(JSON.stringify(payload), `${model}/${digest}`),
        ...(expires !== undefined && { expires }),
        ...(grant !== undefined && { grant: codec.grant(grant) }),
        ...(model === 'Session' && payload.uid !== undefined && { uid: codec.uid(payload.uid) }),
      };
    },
    open({ model, digest, payload, consumed }) {
      const text = seal.open(payload, `${model}/${digest}`);
      if (text === undefined) return undefined;
      return {
        ...(JSON.parse(text) as Payload),
        ...(consumed !== undefined && { consumed: Math.floor(consumed / 1000) }),
      };
    },
  };
}
