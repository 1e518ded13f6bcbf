const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A Kubernetes quantity as a number of its unit: bytes of `1Gi`, cores of `500m`. 0 for what is none. */
export function amount(quantity: string): number {
  const match = /^([0-9.]+)([a-zA-Z]*)$/.exec(quantity);
  if (match === null) return 0;
  const [, number = '0', suffix = ''] = match;
  return Number(number) * (suffix === '' ? 1 : (factors[suffix] ?? 0));
}
