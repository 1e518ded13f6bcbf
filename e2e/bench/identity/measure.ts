import { setTimeout as pause } from 'node:timers/promises';
import { usageOf } from '../usage.ts';
import { type Contender, exchangeOf, isExchanged, mintCodes } from './exchange.ts';
import { type Hearth, isLetIn } from './hearth.ts';
import { type Load, load } from './load.ts';

/** How much and how often. */
export interface Scale {
  /** Sign-ins after which memory is read, and after as many again. */
  readonly signIns: number;
  /** Exchanges and checks of one round. */
  readonly exchanges: number;
  readonly checks: number;
  readonly rounds: number;
  /** Rounds of the same before, which do not count. */
  readonly warmUps: number;
}

/** One round of exchanges at one contender, in the order in which they were made. */
export interface Turn {
  readonly contender: string;
  readonly counts: boolean;
  readonly load: Load;
}

/** Resident memory, in MiB. */
export interface SignInMemory {
  readonly before: number;
  /** After the first sign-ins, and after as many again. */
  readonly first: number;
  readonly second: number;
}

/** What was measured of all that is compared. */
export interface Measured {
  readonly turns: readonly Turn[];
  /** Rounds of forward-auth checks, at Hearth's identity. */
  readonly checks: readonly Load[];
}

type Progress = (doing: string) => void;

/** Lets what was done before a round have its echoes: writes that were put off, garbage that is collected. */
const REST = 1000;

/** Reads how much memory identity has as people sign in, one after the other. */
export async function measureSignIns(
  hearth: Hearth,
  count: number,
  progress: Progress,
): Promise<SignInMemory> {
  const rss = () => usageOf(hearth.target.pid).rss;
  const before = rss();
  progress(`${count} sign-ins, by passkey`);
  await hearth.signIns(count);
  const first = rss();
  progress(`${count} more; identity has ${first.toFixed(0)} MiB`);
  await hearth.signIns(count);
  return { before, first, second: rss() };
}

/** Warms all of it up, then makes rounds in which the contenders take turns, the other one first each time. */
export async function measureRounds(
  hearth: Hearth,
  peer: Contender,
  scale: Scale,
  progress: Progress,
): Promise<Measured> {
  const turns: Turn[] = [];
  const checks: Load[] = [];
  for (let round = -scale.warmUps; round < scale.rounds; round++) {
    const counts = round >= 0;
    for (const contender of round % 2 === 0 ? [hearth, peer] : [peer, hearth]) {
      const turn = { contender: contender.name, counts, load: await exchange(contender, scale.exchanges) };
      turns.push(turn);
      progress(`${counts ? '' : 'warming up: '}${contender.name}: ${rateText(turn.load)} exchanges/s`);
    }
    const answered = await check(hearth, scale.checks);
    if (counts) checks.push(answered);
    progress(`${counts ? '' : 'warming up: '}${rateText(answered)} forward-auth checks/s`);
  }
  return { turns, checks };
}

/** Exchanges alone: the codes are there before. */
async function exchange(contender: Contender, count: number): Promise<Load> {
  const codes = await mintCodes(contender, count);
  const calls = codes.map((code) => exchangeOf(contender, code));
  await pause(REST);
  return load(contender.target, calls, isExchanged);
}

async function check(hearth: Hearth, count: number): Promise<Load> {
  const calls = hearth.checks(count);
  await pause(REST);
  return load(hearth.target, calls, isLetIn);
}

const rateText = ({ calls, seconds }: Load): string => (calls / seconds).toFixed(0);
