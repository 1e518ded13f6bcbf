import type { Benchmark } from '../report.ts';
import { usageOf } from '../usage.ts';
import { startHearth } from './hearth.ts';
import { startPeer } from './keycloak.ts';
import { measureRounds, measureSignIns, type Scale } from './measure.ts';
import { checkTable, exchangeTable, type Findings, goalsOf, memoryTable, turnTable } from './summary.ts';

/** Forward-auth checks for each exchange: a round of either takes about as long. */
const CHECKS = 20;

/**
 * Compares Hearth's identity with Keycloak 26, each a real process on this machine, with its embedded database in
 * files: identity as its image and its definition set it up, Keycloak in its production mode, alone (no cache to share),
 * with at most 400 MiB of heap.
 *
 * The work, the same for both: an authorization code of somebody who is signed in, of an app that proves itself by its
 * secret (Basic) and by PKCE, is exchanged for the tokens of `openid profile email`. What the providers make of it is
 * not: Keycloak signs an ID token and an access token and adds a refresh token; identity signs an ID token, and keeps
 * its access token in the database, which is synced to the disk before it answers; it gives a refresh token to whom
 * asks for it.
 *
 * - Sign-ins: first of all, at identity alone, people sign in by passkey in new browsers and open the app, one after
 *   the other. None of these sessions ends meanwhile.
 * - Exchanges: codes are minted before, in browsers of 50 people; only their exchange is timed. The contenders are
 *   warmed up by rounds of the same, which are shown and do not count, and take turns, the other one first each time.
 * - Checks: what the gateway asks at each request to an app behind forward-auth, of people who are signed in; on the
 *   connections that it keeps. Keycloak has none.
 *
 * All is asked by this process over the loopback interface, as fast as it is answered. It has a processor's share of
 * the same machine, which stands beside the figures: where that is near one CPU, the figures are its own.
 */
export const benchIdentity: Benchmark = async ({ objects = 1000, repetitions = 5, progress }) => {
  const scale: Scale = {
    signIns: objects,
    exchanges: objects,
    checks: objects * CHECKS,
    rounds: repetitions,
    warmUps: 4,
  };
  progress('starting Hearth identity');
  const hearth = await startHearth();
  try {
    const memory = await measureSignIns(hearth, scale.signIns, progress);
    progress('starting Keycloak');
    const peer = await startPeer();
    try {
      const measured = await measureRounds(hearth, peer, scale, progress);
      const usage = [usageOf(hearth.target.pid), usageOf(peer.target.pid)] as const;
      return report({ scale, names: [hearth.name, peer.name], memory, ...measured, usage });
    } finally {
      await peer.stop();
    }
  } finally {
    await hearth.stop();
  }
};

const report = (findings: Findings) => ({
  results: findings,
  tables: [exchangeTable, checkTable, memoryTable, turnTable].map((table) => table(findings)),
  goals: goalsOf(findings),
});
