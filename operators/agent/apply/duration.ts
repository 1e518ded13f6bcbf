const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** The seconds of a length of time such as `10m`, as the resources write it. */
export function seconds(duration: string): number {
  const match = /^([0-9]+)([smh])$/.exec(duration);
  if (!match) throw new Error(`“${duration}” is no length of time such as 90s, 10m or 1h`);
  return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
}
