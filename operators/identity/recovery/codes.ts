/** Crockford's alphabet: nothing in it looks like something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** How many recovery codes a person gets. */
export const CODES = 10;

/** A code of 80 random bits: `7K3M-Q9TX-2B4H-W8ZC`. */
export function recoveryCode(random: (bytes: number) => Buffer): string {
  const letters = [...random(GROUPS * GROUP_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return Array.from({ length: GROUPS }, (_, group) =>
    letters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH).join(''),
  ).join('-');
}

/** A person's codes. */
export const recoveryCodes = (random: (bytes: number) => Buffer): readonly string[] =>
  Array.from({ length: CODES }, () => recoveryCode(random));

/** A code as people type it, without what does not matter: spaces, hyphens, case, O for 0, I and L for 1. */
export const normalCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
