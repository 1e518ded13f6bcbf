import type { EventResource, WhyAnswer } from '@hearth/domain';
import type { Assets } from '@hearth/pages';
import type { Clock } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import type { Graph } from '../graph/graph.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Iris } from '../vocabulary/iris.ts';
import type { WhyInput } from '../why/why.ts';
import type { Pages } from './pages/views.ts';
import type { SignIn } from './sign-in/sign-in.ts';

/** Who asks, as Kubernetes knows them (`authentication.k8s.io` UserInfo). */
export interface Asker {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Somebody of the home with the groups that they are in now; undefined where there is no such User, or it is disabled. */
export type People = (name: string) => Promise<Asker | undefined>;

/** One resource, or one that might be. */
export type Address = Pick<EventResource, 'group' | 'plural' | 'namespace' | 'name'>;

/** A kind, as rights name it. */
export type KindAddress = Pick<EventResource, 'group' | 'plural'>;

/** Who asks, and what Kubernetes lets them see. What it says may be some seconds old. */
export interface Access {
  /** Whose token this is; undefined where it is nobody's, or not meant for the sink. */
  whoIs(token: string): Promise<Asker | undefined>;
  /** Whether they may `get` this one resource. */
  mayGet(asker: Asker, resource: Address): Promise<boolean>;
  /** Whether they may `list` a kind, in a namespace or, if none is given, in all of the cluster. */
  mayList(asker: Asker, kind: KindAddress, namespace?: string): Promise<boolean>;
  /** Whether all that the log has is theirs to see. */
  seesAll(asker: Asker): Promise<boolean>;
  /** What they may `list`, as `GraphQuery.allowed` takes it: `home/apps.apps.hearth.dev/`. */
  visible(asker: Asker): Promise<'all' | readonly string[]>;
}

/** The causal path to why a resource, by its relative IRI, is as it is; undefined where it is not there. */
type Why = (about: string, input: WhyInput) => WhyAnswer | undefined;

/** What stands outside of the volume, by which it is found out if the whole log is rewritten. */
export interface SignedCheckpoint {
  /** A signed note (C2SP tlog-checkpoint). */
  readonly checkpoint: string;
  /** The verifier key of who signed it (C2SP signed-note). */
  readonly key: string;
}

/** What the HTTP side is made of. */
export interface Sink {
  readonly log: EventLog;
  readonly graph: Graph;
  readonly iris: Iris;
  readonly access: Access;
  readonly pages: Pages;
  readonly assets: Assets;
  readonly why: Why;
  /** How people sign in, whose browsers have no token. Without it, only those come in who bring one. */
  readonly signIn?: SignIn | undefined;
  /** Who they are then. */
  readonly people: People;
  /** The last one that was made, if any was. */
  readonly checkpoint?: (() => SignedCheckpoint | undefined) | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}
