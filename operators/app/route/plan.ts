import { APEX, type Home, type Route } from '@hearth/domain';
import type { ConditionIntent } from '@hearth/runtime';
import { type SignOn, signOnAwaited } from './sign-on.ts';

/** Why a route can't be had as it is asked for. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** Where a route is found. */
export interface Name {
  readonly host: string;
  readonly url: string;
}

/** The full name of a route under the home's domain, or that domain. */
export function nameOf(host: string, home: Pick<Home['spec'], 'domain' | 'httpsPort'>): Name | Refusal {
  const { domain, httpsPort } = home;
  if (host === domain || host.endsWith(`.${domain}`)) {
    return {
      reason: 'HostNotRelative',
      message: `host ${host} names the home’s domain, which is added by itself: write only what stands before it.`,
    };
  }
  const full = host === APEX ? domain : `${host}.${domain}`;
  if (full.length > 253 || full.split('.').some((label) => label.length > 63)) {
    return {
      reason: 'HostTooLong',
      message: `host ${full} is no DNS name: 253 characters at most, and 63 between two dots. Choose a shorter one.`,
    };
  }
  return { host: full, url: `https://${full}${portSuffix(httpsPort)}` };
}

/** What stands behind a host in a URL and in a Host header. */
export const portSuffix = (httpsPort: number): string => (httpsPort === 443 ? '' : `:${httpsPort}`);

/**
 * Which of the routes that ask for one host has it: of those that may, the one that holds it already; where none
 * does, the oldest (creationTimestamp, then uid). Age alone would let whoever has an old Route point it at a
 * neighbour's host, and be given that host's traffic and a certificate for it.
 * One that is being deleted has it until it is gone, for until then the gateway sends requests its way.
 */
export function holderOf(
  rivals: readonly Route[],
  host: string,
  mayHold: (route: Route) => boolean,
): Route | undefined {
  const able = rivals.filter(mayHold).toSorted(byAge);
  // Only a route that had its host from this controller has it in its status.
  return able.find(({ status }) => status?.host === host) ?? able[0];
}

function byAge({ metadata: a }: Route, { metadata: b }: Route): number {
  const [left, right] = [a, b].map(({ creationTimestamp = '', uid = '' }) => `${creationTimestamp} ${uid}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

/** Why `route` doesn't have its host, where `holder` does; undefined where it has. */
export function hostRefusal(route: Route, holder: Route | undefined, host: string): Refusal | undefined {
  if (holder === undefined) {
    const whose =
      route.spec.host === APEX
        ? 'the suite itself, for Routes in namespace hearth-system'
        : 'the identity provider, an App of definition identity in namespace hearth-providers';
    return {
      reason: 'HostReserved',
      message: `host ${host} is reserved for ${whose}: choose another host.`,
    };
  }
  if (holder.metadata.uid === route.metadata.uid) return undefined;
  const { namespace, name } = holder.metadata;
  return {
    reason: 'HostTaken',
    message: `host ${host} belongs to Route ${namespace}/${name}, which had it first: choose another host, or delete that Route.`,
  };
}

/** What the gateway itself lets in, and what it was asked to ask for and can't. */
export interface Guard {
  readonly homeNetworkOnly: boolean;
  readonly conditions: readonly ConditionIntent[];
}

/**
 * `private` and groups need someone who asks for sign-on before a request reaches the app. Without one the
 * route stays closed to the outside, and says so: what is asked for as closed is never open in silence.
 */
export function guardOf(
  { exposure, access }: Pick<Route['spec'], 'exposure' | 'access'>,
  signOn: SignOn | undefined,
): Guard {
  const isAsked = signOn !== undefined && signOn.awaits === undefined;
  const unasked = isAsked ? [] : withoutSignOn(exposure, access?.groups ?? []);
  const message = [
    ...(signOn?.awaits === undefined ? [] : [signOn.awaits]),
    ...unasked,
    ...(isAsked ? strangersOf(signOn, access?.groups ?? []) : []),
  ].join(' ');
  const reason = signOn === undefined ? 'SignOnMissing' : isAsked ? 'GroupsDiffer' : signOnAwaited;
  return {
    homeNetworkOnly: exposure === 'lan' || (exposure === 'private' && !isAsked),
    conditions: message === '' ? [] : [{ type: 'Guarded', status: 'False', reason, message }],
  };
}

const withoutSignOn = (exposure: Route['spec']['exposure'], groups: readonly string[]): string[] => [
  ...(exposure === 'private'
    ? ['Nothing asks for sign-on before the app, so it is not let out of the home network.']
    : []),
  ...(groups.length > 0
    ? [`Nothing asks who is of ${groups.join(', ')} before the app: only its own sign-on decides.`]
    : []),
];

/** Whom an SSOClient lets in whom its Route doesn't. */
function strangersOf({ client, groups }: SignOn, wanted: readonly string[]): string[] {
  if (wanted.length === 0 || (groups.length > 0 && groups.every((group) => wanted.includes(group))))
    return [];
  const entering = groups.length === 0 ? 'everyone in the home' : groups.join(', ');
  return [
    `SSOClient ${client} lets in ${entering}, and not only ${wanted.join(', ')}: set its access.groups.`,
  ];
}

/** What is known of a certificate that is there. */
export interface Leaf {
  readonly hosts: readonly string[];
  /** The home's authority signed it, with the key that it has now. */
  readonly fromAuthority: boolean;
  readonly made: Date;
  readonly ends: Date;
}

/** Whether a certificate will do, and for how many milliseconds; or why another is needed, to complete "since …". */
export type LeafPlan =
  | { readonly do: 'keep'; readonly renewIn: number | undefined }
  | { readonly do: 'issue'; readonly because: string };

/** Renews at two thirds of a certificate's life; `authorityEnds` bounds what renewal can bring. */
export function planLeaf(leaf: Leaf | undefined, host: string, authorityEnds: Date, now: Date): LeafPlan {
  if (leaf === undefined) return { do: 'issue', because: 'there was none that could be read' };
  if (!leaf.fromAuthority) return { do: 'issue', because: 'the old one was not of the home’s authority' };
  if (leaf.hosts.length !== 1 || leaf.hosts[0] !== host) {
    return { do: 'issue', because: `the old one was for ${leaf.hosts.join(', ') || 'no host'}` };
  }
  if (leaf.made > now)
    return { do: 'issue', because: 'the old one was made in the future: the clock was wrong' };
  // A new one could not last longer.
  if (leaf.ends >= authorityEnds) return { do: 'keep', renewIn: undefined };
  const [made, ends] = [leaf.made.getTime(), leaf.ends.getTime()];
  const renewIn = made + ((ends - made) * 2) / 3 - now.getTime();
  return renewIn > 0
    ? { do: 'keep', renewIn }
    : { do: 'issue', because: `the old one ends on ${leaf.ends.toISOString()}` };
}

const slow = 600_000;
const soon = 750;
const longest = 300_000;
/** For so long, a gateway may still be taking a route up: milliseconds. */
const eager = 30_000;

/**
 * Milliseconds until a route is tried again. One that can't be reached is tried often at first, since somebody waits
 * to open the app, and then after a quarter of the time that it has been so: the waits grow.
 */
export function nextTry(
  reachable: ConditionIntent['status'],
  previous: { readonly status: string; readonly lastTransitionTime: string } | undefined,
  now: Date,
): number {
  // While there is no pod, the first one wakes the route.
  if (reachable !== 'False') return slow;
  if (previous?.status !== 'False') return soon;
  const since = now.getTime() - Date.parse(previous.lastTransitionTime);
  return since < eager ? soon : Math.min(since / 4, longest);
}
