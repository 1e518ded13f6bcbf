import type { AccountsRequest } from '@hearth/domain/identity-api';
import type { Identity } from '../identity.ts';
import { enforceAccess } from '../sessions/access.ts';
import type { Account, AuditEvent, Instant } from '../store/records.ts';

/**
 * For how long a person who was removed is remembered, with their passkeys: should their User come back, they are who
 * they were. After that they are forgotten for good.
 */
const REMEMBERED = 30 * 24 * 60 * 60_000;

/** What a push changes. */
export interface PushPlan {
  readonly changed: readonly Account[];
  readonly events: readonly { readonly event: AuditEvent; readonly account: Account }[];
}

type Pushed = AccountsRequest['users'][number];

/** What becomes of the people known when these are all that there are. */
export function planPush(
  known: readonly Account[],
  pushed: readonly Pushed[],
  now: Instant,
  mintSub: () => string,
): PushPlan {
  const byName = new Map(known.map((account) => [account.name, account]));
  const here = new Set(pushed.map(({ name }) => name));
  const steps = [
    ...pushed.map((user) => step(byName.get(user.name), user, mintSub)),
    ...known
      .filter(({ name, removed }) => !here.has(name) && removed === undefined)
      .map((account) => ({ account: { ...account, removed: now }, event: 'account-removed' as const })),
  ].filter((one) => one !== undefined);
  return {
    changed: steps.map(({ account }) => account),
    events: steps.flatMap(({ event, account }) => (event === undefined ? [] : [{ event, account }])),
  };
}

interface Step {
  readonly account: Account;
  readonly event?: AuditEvent | undefined;
}

function step(known: Account | undefined, user: Pushed, mintSub: () => string): Step | undefined {
  const account: Account = {
    sub: known?.sub ?? mintSub(),
    name: user.name,
    displayName: user.displayName || user.name,
    disabled: user.disabled,
    groups: user.groups.toSorted(),
    ...(user.email !== undefined && { email: user.email }),
    ...(known?.lastSignIn !== undefined && { lastSignIn: known.lastSignIn }),
  };
  if (known === undefined || known.removed !== undefined) return { account, event: 'account-added' };
  if (same(known, account)) return undefined;
  if (known.disabled === account.disabled) return { account };
  return { account, event: account.disabled ? 'account-disabled' : 'account-enabled' };
}

const same = (a: Account, b: Account): boolean =>
  a.displayName === b.displayName &&
  a.email === b.email &&
  a.disabled === b.disabled &&
  a.groups.join() === b.groups.join();

const SUB_BYTES = 16;

/** Makes these the people of the home; who is no longer among them is out before this resolves. */
export async function pushAccounts(identity: Identity, { revision, users }: AccountsRequest): Promise<void> {
  await forgetRemoved(identity);
  const now = identity.clock.now().getTime();
  const mintSub = () => identity.random(SUB_BYTES).toString('base64url');
  const plan = planPush(identity.people.all(), users, now, mintSub);
  if (plan.changed.length > 0 || revision !== (await identity.store.accounts.revision())) {
    await identity.store.accounts.push(revision, plan.changed);
  }
  await enforceAccess(identity);
  for (const { event, account } of plan.events) {
    await identity.audit({ event, sub: account.sub, user: account.name });
  }
}

/** Forgets for good who was removed long ago. */
export async function forgetRemoved({ people, store, clock }: Identity): Promise<void> {
  const before = clock.now().getTime() - REMEMBERED;
  const gone = people.all().filter(({ removed }) => removed !== undefined && removed <= before);
  await store.accounts.forget(gone.map(({ sub }) => sub));
}
