const multipliers: Readonly<Record<string, number>> = {
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

/** The number that a Kubernetes quantity stands for: `500m` is 0.5, `1Ki` is 1024. NaN if it is none. */
export function parseQuantity(text: string): number {
  const [, digits, suffix = ''] = /^([0-9]+(?:\.[0-9]+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  if (digits === undefined) return Number.NaN;
  return Number(digits) * (suffix === '' ? 1 : (multipliers[suffix] ?? Number.NaN));
}

/** Cores as Kubernetes writes them: `500m`, `2`. */
export const formatCpu = (cores: number): string =>
  Number.isInteger(cores) ? `${cores}` : `${Math.round(cores * 1000)}m`;

/** Bytes as people read them: `512Mi`, `1.5Gi`. */
export function formatMemory(bytes: number): string {
  const unit = bytes >= 2 ** 30 ? 'Gi' : 'Mi';
  const amount = bytes / (unit === 'Gi' ? 2 ** 30 : 2 ** 20);
  return `${Number(amount.toFixed(1))}${unit}`;
}
