import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Admission, admission } from '@hearth/domain/enrolment-api';
import { readIfThere, replaceFile } from '../journal/durable-file.ts';

/** What NIO gave the machine when it let it in, kept for when NIO is not there. */
export interface AdmissionFile {
  read(): Promise<Admission | undefined>;
  write(admission: Admission): Promise<void>;
  forget(): Promise<void>;
}

/** That file in the state folder. */
export function admissionIn(state: string): AdmissionFile {
  const path = join(state, 'admission.json');
  return {
    async read() {
      const text = await readIfThere(path);
      if (text === undefined) return undefined;
      try {
        return admission.parse(JSON.parse(text));
      } catch {
        return undefined;
      }
    },
    write: (kept) => replaceFile(path, JSON.stringify(kept)),
    forget: () => rm(path, { force: true }),
  };
}

/** Milliseconds for which a token is good from when it was made, by its own word (RFC 7519): no clock is asked. */
export function lifetime(token: string): number | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('exp' in claims) || !('iat' in claims))
      return undefined;
    const seconds = Number(claims.exp) - Number(claims.iat);
    return seconds > 0 ? seconds * 1000 : undefined;
  } catch {
    return undefined;
  }
}
