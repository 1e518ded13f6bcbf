import type { Kind, Resource } from '@hearth/runtime';
import type { Provider } from '../provider.ts';

/** What a route asks of a gateway: requests for `host`, over HTTPS, go to a Service of its namespace. */
export interface Passage {
  readonly namespace: string;
  /** The route's name; what the gateway makes is called after it. */
  readonly name: string;
  readonly host: string;
  readonly service: string;
  readonly port: number;
  /** The Secret with the certificate. */
  readonly tlsSecret: string;
  /** Refuse requests whose sender's address is a public one. */
  readonly homeNetworkOnly: boolean;
  /** What the gateway asks before it lets a request through; undefined: nobody. */
  readonly signOn?: Question | undefined;
  /** Put into every answer as {@link markHeader}, so that a probe knows whose it is. */
  readonly mark: string;
}

/** How a gateway asks for sign-on. */
export interface Question {
  /** The object of the route's namespace, of the gateway's own kind, that says whom to ask. */
  readonly middleware: string;
  /** Beginnings of paths for which it isn't asked. */
  readonly open: readonly string[];
}

/** The header by which an answer says which route it came by. It holds the Route's uid and nothing else. */
export const markHeader = 'Hearth-Route';

/** What can lead requests to apps. Pure: it says which objects do it, and the controller keeps them so. */
export interface Gateway {
  /** All kinds that it makes objects of. */
  readonly kinds: readonly Kind[];
  /** What to tell a person whose cluster doesn't know these kinds. */
  readonly missing: string;
  objects(passage: Passage, offer: Provider<'Route'>['provision']): Resource[];
}
