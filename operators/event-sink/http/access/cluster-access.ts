import { createHash } from 'node:crypto';
import type { Clock } from '@hearth/runtime/clock';
import { kindNamed } from '../address.ts';
import type { Access, Asker } from '../sink.ts';
import { createMemo } from './memo.ts';
import type { Reviews, Right } from './reviews.ts';
import { createTurns } from './turns.ts';

/** What decides about access. */
export interface ClusterAccessOptions {
  readonly reviews: Reviews;
  /** Where resources are or were: `home/apps.apps.hearth.dev/`. */
  readonly places: () => Promise<readonly string[]>;
  readonly clock: Clock;
}

/** Who lost a right keeps it here for so many milliseconds. */
const REMEMBERED = 10_000;
const MOST_TOKENS = 1_000;
/** Apart from the others: whoever tries many does not make good ones forgotten. */
const MOST_REFUSED = 1_000;
const MOST_DECISIONS = 20_000;
/** So many reviews are under way at once: the API server has other work. */
const AT_ONCE = 32;
/** Anybody can have tokens looked at: so many are, and so many more wait. */
const LOOKED_AT = 8;
const MOST_WAITING = 64;

/**
 * Who may `get` this, which is no resource but a path (`nonResourceURLs`), sees all that the log has. An administrator
 * does; anybody else can be given it without a right to any object of the cluster.
 */
const ALL_EVENTS = '/hearth/events';

/** The graph of gaps: it is of no namespace, and of every kind. */
const GAPS = '-/events';

/** Lets everybody see what Kubernetes would let them see. */
export function clusterAccess({ reviews, places, clock }: ClusterAccessOptions): Access {
  const decisions = createMemo<boolean>({ clock, milliseconds: REMEMBERED, most: MOST_DECISIONS });
  const inTurn = createTurns(AT_ONCE);

  const may = (asker: Asker, right: Right): Promise<boolean> =>
    decisions(questionOf(asker, right), () => inTurn(() => reviews.may(asker, right)));
  const seesAll = (asker: Asker) => may(asker, { verb: 'get', path: ALL_EVENTS });
  const mayList: Access['mayList'] = async (asker, { group, plural: resource }, namespace) =>
    (await seesAll(asker)) ||
    (await may(asker, { verb: 'list', group, resource })) ||
    (namespace !== undefined && (await may(asker, { verb: 'list', group, resource, namespace })));

  return {
    whoIs: createLookUp(reviews, clock),
    mayGet: async (asker, { group, plural: resource, namespace, name }) =>
      (await seesAll(asker)) || (await may(asker, { verb: 'get', group, resource, namespace, name })),
    mayList,
    seesAll,
    async visible(asker) {
      if (await seesAll(asker)) return 'all';
      return await visiblePlaces(asker, await places(), mayList);
    },
  };
}

/** Whose a token is: known ones and refused ones are remembered apart, and what is new waits for its turn. */
function createLookUp({ whoIs }: Pick<Reviews, 'whoIs'>, clock: Clock): Access['whoIs'] {
  const inTurn = createTurns(LOOKED_AT, MOST_WAITING);
  const remember = (most: number, keeps: (asker: Asker | undefined) => boolean) =>
    createMemo<Asker | undefined>({ clock, milliseconds: REMEMBERED, most, keeps });
  const known = remember(MOST_TOKENS, (asker) => asker !== undefined);
  const refused = remember(MOST_REFUSED, (asker) => asker === undefined);
  return (token) => {
    // Not the token itself: what is remembered might be written somewhere when the process breaks down.
    const digest = createHash('sha256').update(token).digest('base64');
    return known(digest, () => refused(digest, () => inTurn(() => whoIs(token))));
  };
}

/** The places whose resources may be listed; and the gaps, if all kinds may be listed everywhere. */
async function visiblePlaces(
  asker: Asker,
  places: readonly string[],
  mayList: Access['mayList'],
): Promise<readonly string[]> {
  const decided = await Promise.all(
    places.map(async (place) => {
      const [namespace = '', name = ''] = place.split('/');
      const kind = kindNamed(name);
      if (kind === undefined) return { place, here: false, everywhere: false };
      const everywhere = await mayList(asker, kind);
      const here = everywhere || (namespace !== '-' && (await mayList(asker, kind, namespace)));
      return { place, here, everywhere };
    }),
  );
  const visible = decided.flatMap(({ place, here }) => (here ? [place] : []));
  return places.length > 0 && decided.every(({ everywhere }) => everywhere) ? [...visible, GAPS] : visible;
}

const questionOf = ({ name, uid, groups, extra }: Asker, right: Right): string =>
  JSON.stringify([name, uid, groups, extra, partsOf(right)]);

const partsOf = (right: Right): readonly (string | undefined)[] =>
  'path' in right ? [right.path] : [right.verb, right.group, right.resource, right.namespace, right.name];
