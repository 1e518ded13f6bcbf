import { Group, kindName, relativeIri, type SinkEvent, User } from '@hearth/domain';
import { z } from 'zod';
import type { EventLog } from '../../log/event-log.ts';
import type { People } from '../sink.ts';

/** The API server puts everybody whom it knows into this group. */
const EVERYBODY = 'system:authenticated';
/** Changes of Groups that are read together. */
const BATCH = 500;

/** Who is in which group, when an event was the last. */
interface Known {
  readonly seq: number;
  readonly members: ReadonlyMap<string, readonly string[]>;
}

/** Who there is, as the log has it: who is taken out of a group, disabled or deleted is that at once. */
export function peopleIn(log: Pick<EventLog, 'head' | 'last' | 'read' | 'states'>): People {
  let known: Promise<Known> | undefined;
  const groups = () => {
    // One after the other; where reading failed, it begins anew.
    known =
      known?.then(
        (before) => followed(log, before),
        () => allGroups(log),
      ) ?? allGroups(log);
    return known;
  };
  return async (name) => {
    const [user, { members }] = await Promise.all([
      log.last(relativeIri({ group: User.group, plural: User.plural, name })),
      groups(),
    ]);
    if (user === undefined || !mayEnter(user)) return undefined;
    const own = [...members].flatMap(([group, names]) => (names.includes(name) ? [group] : []));
    return { name, groups: [...own, EVERYBODY] };
  };
}

const userObject = z.object({
  metadata: z.object({ deletionTimestamp: z.string().optional() }),
  spec: z.object({ disabled: z.boolean().default(false) }),
});

function mayEnter({ type, object }: SinkEvent): boolean {
  const { data } = userObject.safeParse(object);
  return (
    type !== 'deleted' && data?.metadata.deletionTimestamp === undefined && data?.spec.disabled === false
  );
}

const groupObject = z.object({ spec: z.object({ members: z.array(z.string()).default([]) }) });

/** The members of a group after an event; none of one that was deleted. */
const membersAfter = ({ type, object }: SinkEvent): readonly string[] =>
  type === 'deleted' ? [] : (groupObject.safeParse(object).data?.spec.members ?? []);

async function allGroups(log: Pick<EventLog, 'head' | 'states'>): Promise<Known> {
  const { seq } = log.head();
  const members = new Map<string, readonly string[]>();
  for await (const event of log.states(seq))
    if (kindName(event.resource) === kindName(Group)) members.set(event.resource.name, membersAfter(event));
  return { seq, members };
}

/** With what has happened to Groups since. */
async function followed(log: Pick<EventLog, 'head' | 'read'>, before: Known): Promise<Known> {
  const { seq } = log.head();
  if (seq === before.seq) return before;
  const members = new Map(before.members);
  for (let at = before.seq; at < seq; ) {
    const events = await log.read({ after: at, limit: BATCH, of: kindName(Group) });
    for (const event of events) members.set(event.resource.name, membersAfter(event));
    at = events.length < BATCH ? seq : (events.at(-1)?.seq ?? seq);
  }
  return { seq, members };
}
