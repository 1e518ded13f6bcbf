import type { FaultProxy } from './proxy.ts';

/** The most requests that came within one second, from a time on. */
export function busiestSecond(proxy: FaultProxy, since: number): number {
  const times = proxy.recorded({}, since).map(({ at }) => at);
  let first = 0;
  return times.reduce((most, at, index) => {
    while (at - (times[first] ?? at) > 1_000) first++;
    return Math.max(most, index - first + 1);
  }, 0);
}
