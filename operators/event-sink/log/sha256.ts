import { hash } from 'node:crypto';
import type { Sha256 } from '@hearth/domain';

/** SHA-256 (FIPS 180-4). */
export const sha256: Sha256 = (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer'));
