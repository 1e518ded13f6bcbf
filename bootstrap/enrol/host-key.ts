import { createHash } from 'node:crypto';
import { Failure } from '../failure.ts';

/** The fingerprint of a key as OpenSSH prints it: SHA-256 in base64 without padding. */
export const fingerprint = (key: string): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;

/**
 * What of a key scan (lines `HOST TYPE KEY`) has the fingerprint that was told: the only key that is believed.
 * @throws Failure where none has; the scan by itself proves nothing, anybody may have answered it.
 */
export function trustedLine(scan: string, told: string): string {
  const lines = scan.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new Failure('No SSH server answers there.');
  const keyOf = (line: string) => line.split(' ')[2] ?? '';
  const line = lines.find((each) => fingerprint(keyOf(each)) === told);
  if (line !== undefined) return `${line}\n`;
  const found = lines.map((each) => `${fingerprint(keyOf(each))} (${each.split(' ')[1]})`).join(', ');
  throw new Failure(
    `What answers there is not the machine with the key ${told}: it has ${found}. Nothing was sent to it.`,
  );
}

/** A fingerprint that a person gave, checked. @throws Failure */
export function toldFingerprint(text: string): string {
  const told = text.replace(/=+$/, '');
  if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(told))
    throw new Failure(
      '--host-key takes what ssh-keygen -l prints on the machine: SHA256: and 43 characters.',
    );
  return told;
}
