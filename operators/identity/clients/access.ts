import type { Account, Client } from '../store/records.ts';

/** Whether a person may sign in at all. */
export const mayBeHere = (account: Account | undefined): account is Account =>
  account !== undefined && !account.disabled && account.removed === undefined;

/** Whether a person may enter an app: the app names no groups, or one of theirs. */
export const mayEnter = (account: Account, client: Pick<Client, 'groups'>): boolean =>
  mayBeHere(account) &&
  (client.groups.length === 0 || client.groups.some((group) => account.groups.includes(group)));
