import type { SinkEvent, WhyAnswer } from '@hearth/domain';
import type { Neighbour } from '../../why/neighbours.ts';

/**
 * What each page shows. The pages are pure: a view in, a whole HTML document out. They need no script; their style is an
 * asset (the policy forbids any in the page). Links are paths of this host: a resource at `/IRI`, a kind at
 * `/{namespace}/{plural}.{group}/` (`-` for a kind that is in no namespace, and for all namespaces together), the rest
 * below `/-/`.
 */

/** A page's frame. */
export interface Frame {
  /** Who is signed in. Signing out: the form `POST /-/sign-out`. */
  readonly person?: { readonly name: string } | undefined;
  /** Path and query of this page, to come back to: `GET /-/sign-in?to=…`. Absent where nobody can sign in here. */
  readonly signIn?: string | undefined;
  /** Which entry of the navigation is open. */
  readonly here?: 'home' | 'events' | 'sparql' | 'vocabulary' | undefined;
}

/** `GET /`: what there is in the home that the reader may see. */
interface HomeView {
  readonly kinds: readonly KindCount[];
  /** The newest events. */
  readonly latest: readonly SinkEvent[];
}

/** How many resources of a kind there are, and how many of them are not ready. */
export interface KindCount {
  readonly kind: string;
  readonly plural: string;
  readonly group: string;
  /** Absent of what is in no namespace. */
  readonly namespace?: string | undefined;
  readonly count: number;
  readonly notReady: number;
}

/** `GET /{namespace}/{plural}.{group}/`: the resources of a kind. */
interface ListView {
  readonly kind: Pick<SinkEvent['resource'], 'kind' | 'plural' | 'group'>;
  /** Absent of what is in no namespace, and of all namespaces together. */
  readonly namespace?: string | undefined;
  /** The last event of each. */
  readonly resources: readonly SinkEvent[];
  /** Path and query of what follows. */
  readonly next?: string | undefined;
}

/** `GET /IRI`: a resource, now or as of an event. */
export interface ResourceView {
  /** Its last event: its state, and who brought it about. */
  readonly event: SinkEvent;
  /** The page shows it as it was when this event was the last (`?at=N`). */
  readonly at?: number | undefined;
  readonly why?: WhyAnswer | undefined;
  readonly neighbours: readonly Neighbour[];
  readonly history: EventsPage;
}

/** Some events, in any order; pages show the newest first. */
export interface EventsPage {
  readonly events: readonly SinkEvent[];
  /** Path and query of the page with those before, and of that with those after. */
  readonly earlier?: string | undefined;
  readonly later?: string | undefined;
}

/** `GET /IRI` of what was deleted (410). */
interface GoneView {
  /** The event that deleted it. */
  readonly event: SinkEvent;
  readonly history: EventsPage;
}

/** `GET /-/events`: what happened. */
interface EventsView extends EventsPage {
  /** Only of a resource by its relative IRI, or of a kind. */
  readonly of?: string | undefined;
}

/** `GET /-/sparql`: a form that asks there, and what the graph answered. */
export interface SparqlView {
  /** What was asked; empty before the first question. */
  readonly query: string;
  /** As the graph gave it: SPARQL results in JSON, or Turtle. */
  readonly answer?:
    | { readonly contentType: string; readonly body: string; readonly seq: number; readonly limit: number }
    | undefined;
  /** Why there is no answer. */
  readonly problem?: string | undefined;
  /** The home’s base IRI, `https://hearth.home.arpa/`: what lies below it is linked and named without it. */
  readonly base: string;
}

/** `GET /-/vocabulary`: what the terms of the graph mean. The page has them from the vocabulary itself. */
interface VocabularyView {
  readonly base: string;
}

/** Something that is not to be, or is not there. */
export interface RefusalView {
  readonly status: 400 | 401 | 403 | 404 | 405 | 406 | 410 | 413 | 415 | 429 | 500 | 503;
  readonly title: string;
  /** What it is, and what the person can do. */
  readonly text: string;
  /** Where to go instead: a path of this host. */
  readonly onward?: { readonly path: string; readonly label: string } | undefined;
}

/** The pages: `pages.ts` has them. Each answers with a whole document. */
export interface Pages {
  home(frame: Frame, view: HomeView): string;
  list(frame: Frame, view: ListView): string;
  resource(frame: Frame, view: ResourceView): string;
  gone(frame: Frame, view: GoneView): string;
  events(frame: Frame, view: EventsView): string;
  sparql(frame: Frame, view: SparqlView): string;
  vocabulary(frame: Frame, view: VocabularyView): string;
  /** Nobody is signed in, and only who is may look: 401. */
  signIn(frame: Frame, view: { readonly to: string }): string;
  refusal(frame: Frame, view: RefusalView): string;
}
