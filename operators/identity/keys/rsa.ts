import { checkPrimeSync, createCipheriv } from 'node:crypto';

/** A private RSA key as a JSON Web Key (RFC 7518, 6.3). */
export interface RsaJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly d: string;
  readonly p: string;
  readonly q: string;
  readonly dp: string;
  readonly dq: string;
  readonly qi: string;
}

const MODULUS_BITS = 2048;
const PRIME_BYTES = MODULUS_BITS / 16;
const EXPONENT = 65_537n;
/** How far apart the primes must be (FIPS 186-5, A.1.3, step 5.4). */
const LEAST_DISTANCE = 1n << BigInt(MODULUS_BITS / 2 - 100);

/**
 * The RSA key that belongs to a seed of 32 random bytes: the same seed gives the same key, on any machine. The primes
 * are found as FIPS 186-5, A.1.3 finds probable primes, with AES-256 in counter mode under the seed as the generator.
 */
export function rsaFromSeed(seed: Buffer): RsaJwk {
  const generator = createCipheriv('aes-256-ctr', seed, Buffer.alloc(16));
  const random = (bytes: number) => generator.update(Buffer.alloc(bytes));
  const p = prime(random);
  let q = prime(random);
  while (distance(p, q) < LEAST_DISTANCE) q = prime(random);
  return p > q ? fromPrimes(p, q) : fromPrimes(q, p);
}

/** The next probable prime: its two highest bits are set, so that two of them make a modulus of the full length. */
function prime(random: (bytes: number) => Buffer): bigint {
  for (;;) {
    const bytes = random(PRIME_BYTES);
    bytes[0] = (bytes[0] ?? 0) | 0b1100_0000;
    bytes[PRIME_BYTES - 1] = (bytes[PRIME_BYTES - 1] ?? 0) | 1;
    const candidate = BigInt(`0x${bytes.toString('hex')}`);
    if ((candidate - 1n) % EXPONENT !== 0n && checkPrimeSync(candidate)) return candidate;
  }
}

function fromPrimes(p: bigint, q: bigint): RsaJwk {
  const d = inverse(EXPONENT, lcm(p - 1n, q - 1n));
  return {
    kty: 'RSA',
    n: encode(p * q),
    e: encode(EXPONENT),
    d: encode(d),
    p: encode(p),
    q: encode(q),
    dp: encode(d % (p - 1n)),
    dq: encode(d % (q - 1n)),
    qi: encode(inverse(q, p)),
  };
}

const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);
const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
const lcm = (a: bigint, b: bigint): bigint => (a / gcd(a, b)) * b;

/** The inverse of `a` modulo `m`, by Euclid's extended algorithm. */
function inverse(a: bigint, m: bigint): bigint {
  let [r0, r1] = [m, a % m];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return t0 < 0n ? t0 + m : t0;
}

function encode(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}
