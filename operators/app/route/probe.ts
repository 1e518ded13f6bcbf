import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { type Address, type ConditionIntent, systemClock, Waiting, within } from '@hearth/runtime';
import { markHeader } from './gateway.ts';

/** What a probe knocks at. */
export interface Target {
  /** Where the gateway takes connections. */
  readonly dial: () => Promise<Address>;
  readonly host: string;
  /** As a browser writes it: with the port, where it isn't 443. */
  readonly hostHeader: string;
  /** What the gateway puts into answers that came by this route. */
  readonly mark: string;
  /** The only authority to trust, in PEM; undefined: the public ones. */
  readonly authority: string | undefined;
}

/** Longer than a gateway at home takes to refuse, short enough not to hold up other routes, in milliseconds. */
const patience = 2_000;

/**
 * Asks for a route the way a browser does, by name and over HTTPS, and says whether the gateway leads the request
 * this route's way. What the app answers does not matter: also a 502 was routed.
 */
export async function probe(target: Target, signal: AbortSignal): Promise<ConditionIntent> {
  try {
    const address = await target.dial();
    const headers = await within(systemClock, patience, signal, (limited) => ask(target, address, limited));
    if (headers[markHeader.toLowerCase()] === target.mark) {
      return { type: 'Reachable', status: 'True', reason: 'Answered', message: '' };
    }
    const message =
      'The gateway answers, but not by this route: it has not taken it up yet, or the app’s Service has no ready pod.';
    return unreachable('NotRouted', message);
  } catch (error) {
    if (signal.aborted) throw error;
    return explain(error);
  }
}

function ask(target: Target, address: Address, signal: AbortSignal): Promise<IncomingHttpHeaders> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: address.host,
        port: address.port,
        servername: target.host,
        ca: target.authority,
        agent: false,
        path: '/',
        headers: { host: target.hostHeader, 'user-agent': 'hearth-probe' },
        signal,
      },
      (answer) => {
        resolve(answer.headers);
        // The body is of no interest, and may be long.
        answer.destroy();
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

const unreachable = (reason: string, message: string): ConditionIntent => ({
  type: 'Reachable',
  status: 'False',
  reason,
  message,
});

/** Only codes are told, never addresses and ports: a port-forward's change each time, and status with them. */
function explain(error: unknown): ConditionIntent {
  if (error instanceof Waiting)
    return unreachable('NoAnswer', `The gateway can’t be reached: ${error.message}.`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isSystemError = /^E[A-Z]+$/.test(code);
  if (isSystemError) return unreachable('NoAnswer', `The gateway can’t be reached (${code}).`);
  if (code === 'ABORT_ERR') {
    return unreachable('NoAnswer', `The gateway did not answer within ${patience / 1000} seconds.`);
  }
  if (code === '') throw error;
  return unreachable(
    'CertificateRefused',
    `The gateway shows a certificate that isn’t to be trusted for this host (${code}): it has not taken up the route ` +
      'yet, or another holds the host.',
  );
}
