import type { Transport } from '@hearth/runtime';
import type { Asker } from '../sink.ts';

/** A right, as a SubjectAccessReview names it: to resources, or to what is none and has a path. */
export type Right = ResourceRight | { readonly verb: 'get'; readonly path: string };

/** What is not said is all there is. */
interface ResourceRight {
  readonly verb: 'get' | 'list';
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** What the API server is asked (authentication.k8s.io/v1, authorization.k8s.io/v1). */
export interface Reviews {
  /** Whose token it is; undefined where it is nobody's, or not for this audience. */
  whoIs(token: string): Promise<Asker | undefined>;
  may(asker: Asker, right: Right): Promise<boolean>;
}

interface TokenReview {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly user?: {
      readonly username?: string;
      readonly uid?: string;
      readonly groups?: readonly string[];
      readonly extra?: Readonly<Record<string, readonly string[]>>;
    };
  };
}

interface SubjectAccessReview {
  readonly status?: { readonly allowed?: boolean };
}

/** Milliseconds that a person waits for an API server which does not answer. */
const TIMEOUT = 5_000;

/** Asks the API server. The process that asks needs the right to create both reviews, and no other. */
export function apiServerReviews(transport: Pick<Transport, 'request'>, audience: string): Reviews {
  const review = <T>(path: string, spec: object): Promise<T> =>
    transport.request<T>({ method: 'POST', path, body: { spec }, timeout: TIMEOUT, attempts: 2 });
  return {
    async whoIs(token) {
      const { status } = await review<TokenReview>('/apis/authentication.k8s.io/v1/tokenreviews', {
        token,
        audiences: [audience],
      });
      // An authenticator that knows nothing of audiences says yes, and names none that was asked for.
      if (status?.authenticated !== true || status.audiences?.includes(audience) !== true) return undefined;
      return askerOf(status.user);
    },
    async may({ name: user, groups, uid, extra }, right) {
      const { status } = await review<SubjectAccessReview>(
        '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        { user, groups, uid, extra, ...attributesOf(right) },
      );
      return status?.allowed === true;
    },
  };
}

const attributesOf = (right: Right): object =>
  'path' in right
    ? { nonResourceAttributes: right }
    : { resourceAttributes: { ...right, namespace: right.namespace ?? '' } };

type User = NonNullable<TokenReview['status']>['user'];

function askerOf(user: User): Asker | undefined {
  if (user?.username === undefined || user.username === '') return undefined;
  const { username: name, groups = [], uid, extra } = user;
  return { name, groups, ...(uid !== undefined && { uid }), ...(extra !== undefined && { extra }) };
}
