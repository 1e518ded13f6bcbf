import type {
  Account,
  AppPassword,
  Artefact,
  AuditEntry,
  Client,
  Ending,
  EnrolmentLink,
  Instant,
  JoinedClient,
  Passkey,
  PendingLogout,
  SessionClient,
  Spent,
  StoredSession,
  WrittenEntry,
} from './records.ts';

/** What changed in the store, here or in another replica; what is kept in memory is read again. */
export type Change =
  | { readonly what: 'accounts' | 'clients' | 'app-passwords' }
  | { readonly what: 'session'; readonly id: string }
  /** Changes may have been missed. */
  | { readonly what: 'everything' };

/** Takes note of a change. */
export type ChangeListener = (change: Change) => Promise<void>;

/** What allows a session to be opened. */
interface SigningIn {
  readonly ticket: Spent;
  /** The authenticator's counter. */
  readonly counter: number;
  /** The session is there already, and goes on under another cookie: its person has proved anew who they are. */
  readonly goesOn?: boolean;
}

/** What allows a passkey to be added. */
interface Enrolling {
  readonly ticket: Spent;
  /** The digest of the link that the person came by. */
  readonly link?: string;
  readonly session?: StoredSession;
  /** The session is there already, and goes on. */
  readonly goesOn?: boolean;
  readonly now: Instant;
}

/**
 * All that identity must not forget. Each call is one transaction: it happens as a whole, is on disk when its
 * promise resolves, and may be cut off anywhere. Secrets come as digests, or sealed; none is ever stored as it is.
 */
export interface Store {
  readonly accounts: {
    all(): Promise<readonly Account[]>;
    /** The revision of the last push; empty before the first. */
    revision(): Promise<string>;
    /** Writes the accounts given, and the revision that they are of. */
    push(revision: string, changed: readonly Account[]): Promise<void>;
    /** Forgets accounts for good, their passkeys, codes, app passwords and links with them. */
    forget(subs: readonly string[]): Promise<void>;
  };
  readonly passkeys: {
    find(id: string): Promise<Passkey | undefined>;
    of(sub: string): Promise<readonly Passkey[]>;
    /** The ids of all. */
    ids(): Promise<ReadonlySet<string>>;
    /** How many each account has; accounts without are not in it. */
    counts(): Promise<ReadonlyMap<string, number>>;
    /**
     * Adds a passkey and takes what allowed it: the ticket, and the link where it came by one; opens a session with it
     * where one is given. False, and nothing happened, where either had been taken before or the credential is known.
     */
    add(passkey: Passkey, by: Enrolling): Promise<boolean>;
    rename(sub: string, id: string, name: string): Promise<boolean>;
    /** Removes one, and the person's link: who had the device may have made it. False where there is no such passkey. */
    remove(sub: string, id: string): Promise<boolean>;
  };
  readonly recovery: {
    /** How many confirmed codes are left. */
    left(sub: string): Promise<number>;
    /** Keeps new codes beside the old ones, until one of them is typed. */
    offer(sub: string, digests: readonly string[]): Promise<void>;
    /** Puts the codes offered in the place of all old ones, if this is one of them. */
    confirm(sub: string, digest: string): Promise<boolean>;
    /** Takes a confirmed code, and makes a link of it. False where there is no such code. */
    exchange(sub: string, digest: string, link: EnrolmentLink): Promise<boolean>;
  };
  readonly appPasswords: {
    all(): Promise<readonly AppPassword[]>;
    of(sub: string): Promise<readonly AppPassword[]>;
    add(password: AppPassword): Promise<void>;
    remove(sub: string, id: string): Promise<boolean>;
  };
  readonly links: {
    find(digest: string): Promise<EnrolmentLink | undefined>;
    /** Makes this the person's only link. */
    put(link: EnrolmentLink): Promise<void>;
  };
  readonly sessions: {
    /** All that were not ended, those that have expired meanwhile among them. */
    all(): Promise<readonly StoredSession[]>;
    find(id: string): Promise<StoredSession | undefined>;
    /** The one whose cookie has this digest. */
    findByDigest(digest: string): Promise<StoredSession | undefined>;
    /**
     * Opens a session: takes the ticket of the ceremony that proved who it is, and notes what the authenticator
     * counted. False, and nothing happened, where the ticket had been taken before, or what goes on was ended.
     */
    open(session: StoredSession, by: SigningIn): Promise<boolean>;
    /** Notes when sessions were last used. */
    seen(seen: ReadonlyMap<string, Instant>): Promise<void>;
    /** Ends what is to end, and notes who is to be told. */
    end(ending: Ending): Promise<void>;
    /** Notes that an app was opened in a session. */
    join(joined: SessionClient): Promise<void>;
    /** The apps that were opened: in one session, in those of one person, or in all. */
    joined(
      by: { readonly session: string } | { readonly sub: string } | 'all',
    ): Promise<readonly JoinedClient[]>;
  };
  readonly clients: {
    all(): Promise<readonly Client[]>;
    put(client: Client): Promise<void>;
    remove(id: string): Promise<void>;
  };
  readonly logouts: {
    add(logouts: readonly PendingLogout[]): Promise<void>;
    due(now: Instant): Promise<readonly PendingLogout[]>;
    /** Takes one on and puts it off until `due`. False where somebody else did, or has told it. */
    claim(logout: PendingLogout, due: Instant): Promise<boolean>;
    done(id: string): Promise<void>;
  };
  readonly audit: {
    write(entry: AuditEntry, at: Instant): Promise<void>;
    /** What came after entry `number`, oldest first. */
    after(number: number, limit: number): Promise<readonly WrittenEntry[]>;
    /** What one person did, newest first. */
    of(sub: string, limit: number): Promise<readonly WrittenEntry[]>;
  };
  readonly artefacts: {
    find(model: string, digest: string): Promise<Artefact | undefined>;
    findByUid(uid: string): Promise<Artefact | undefined>;
    put(artefact: Artefact): Promise<void>;
    /** False where it had been consumed before, or is gone. */
    consume(model: string, digest: string, now: Instant): Promise<boolean>;
    remove(model: string, digest: string): Promise<void>;
    /** Removes all that belongs to a grant. */
    removeGrant(grant: string): Promise<void>;
  };
  /** Whether other processes write to it too: what they have just written may not be in memory here yet. */
  readonly shared: boolean;
  /** Takes a ticket that works once. False where it had been taken before. */
  spend(ticket: Spent): Promise<boolean>;
  /** Puts what was written to where a copy of the file finds it, where the store is a file. */
  settle(): Promise<void>;
  /** Forgets what has expired. */
  purge(now: Instant): Promise<void>;
  /**
   * Calls back after each change. What this process changes counts as done once the listeners are; what others change
   * comes as soon as they tell. The returned function ends it.
   */
  onChange(listener: ChangeListener): () => void;
  /** Why what is in memory may be out of date, and nobody may be let in by it; undefined while it is not. */
  behind(): string | undefined;
  close(): Promise<void>;
}
