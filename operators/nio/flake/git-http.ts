import { Stalled, systemClock, Waiting, within } from '@hearth/runtime';
import { Agent, type Dispatcher, request } from 'undici';
import { explainFailure, explainStatus, isNotGit } from './explain.ts';
import {
  commitOf,
  lsRefsRequest,
  type Refs,
  readAdvertisement,
  readHead,
  readLsRefs,
  readPlainRefs,
} from './refs.ts';
import { below, type Repository, repositoryOf } from './repository.ts';
import type { FlakeSource, RepositoryCredentials } from './source.ts';

/** Whom to trust, and how long to wait; for tests. */
export interface GitHttpOptions {
  /** The only authority to trust, in PEM; the public ones if not given. */
  readonly authority?: string;
  /** For all that is asked of one repository, in milliseconds. */
  readonly patience?: number;
  /** No answer is longer, in bytes. */
  readonly longest?: number;
}

/** A repository is asked within this time, in milliseconds: others wait meanwhile. */
const PATIENCE = 20_000;
/** The refs of a repository with 100,000 of them, of a server that tells of all. */
const LONGEST = 8 * 2 ** 20;
const REDIRECTS = 3;

/** An answer of a repository. */
interface Answer {
  readonly type: string;
  readonly body: Buffer;
  /** Where it came from at last: a repository may have been renamed. */
  readonly from: URL;
}

/** Asks one repository. */
interface Asking {
  readonly repository: Repository;
  readonly dispatcher: Dispatcher;
  readonly credentials: RepositoryCredentials | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks repositories over git’s own HTTP, “smart” (version 2, or the older one of servers that know no other) and
 * “dumb” (https://git-scm.com/docs/http-protocol).
 *
 * It goes where a NixOSConfiguration says: only those write there who own the machines anyhow. All the same it stays on
 * the host that it was given, never leaves HTTPS, and tells nothing of an answer but the commit.
 */
export function gitOverHttp({
  authority,
  patience = PATIENCE,
  longest = LONGEST,
}: GitHttpOptions = {}): FlakeSource {
  return {
    async resolve({ url, ref }, credentials, signal) {
      const repository = repositoryOf(url);
      requireSecrecy(repository, credentials);
      const dispatcher = new Agent({
        maxResponseSize: longest,
        connect: { timeout: patience, ...(authority === undefined ? {} : { ca: authority }) },
      });
      try {
        const refs = await within(systemClock, patience, signal, (limited) =>
          askForRefs({ repository, dispatcher, credentials, signal: limited }, ref),
        );
        return requireCommit(refs, ref, repository);
      } catch (error) {
        if (signal.aborted || error instanceof Stalled || error instanceof Waiting) throw error;
        throw explainFailure(error, repository, patience);
      } finally {
        await dispatcher.destroy();
      }
    },
  };
}

/** A password in the clear is everybody’s. */
function requireSecrecy({ url, name }: Repository, credentials: RepositoryCredentials | undefined): void {
  if (!credentials || url.protocol === 'https:') return;
  throw new Stalled(
    'NotEncrypted',
    `The credentials are not sent to ${name}: on the way, everybody could read them. Use git+https://….`,
  );
}

function requireCommit(refs: Refs, ref: string | undefined, { name }: Repository): string {
  const commit = commitOf(refs, ref);
  if (commit !== undefined) return commit;
  const message =
    ref === undefined
      ? `${name} is empty: it has no commit yet.`
      : `${name} has neither a branch nor a tag called ${ref}.`;
  throw new Stalled('NoSuchRef', message);
}

async function askForRefs(asking: Asking, ref: string | undefined): Promise<Refs> {
  const path = 'info/refs?service=git-upload-pack';
  const answer = await ask(asking, 'GET', below(asking.repository, path));
  if (!answer.type.startsWith('application/x-git-upload-pack-advertisement')) {
    return plainRefs(asking, answer, ref);
  }
  const advertised = readAdvertisement(answer.body);
  if ('refs' in advertised) return advertised.refs;
  const upload = new URL(answer.from);
  upload.pathname = upload.pathname.replace(/info\/refs$/, 'git-upload-pack');
  upload.search = '';
  const { body } = await ask(asking, 'POST', upload, lsRefsRequest(ref));
  return readLsRefs(body);
}

/** The refs of a repository that lies on a web server as plain files. */
async function plainRefs(asking: Asking, answer: Answer, ref: string | undefined): Promise<Refs> {
  const refs = readPlainRefs(answer.body.toString('utf8'));
  // Any web server has some page to show.
  if (refs.size === 0 && answer.body.length > 0) throw isNotGit(asking.repository);
  if (ref !== undefined) return refs;
  const { body } = await ask(asking, 'GET', below(asking.repository, 'HEAD'));
  const head = readHead(body.toString('utf8'));
  const id = head && ('id' in head ? head.id : refs.get(head.name));
  return new Map(id === undefined ? [] : [['HEAD', id]]);
}

async function ask(
  { repository, dispatcher, credentials, signal }: Asking,
  method: 'GET' | 'POST',
  url: URL,
  body?: string,
): Promise<Answer> {
  let from = url;
  for (let redirects = 0; ; redirects++) {
    const answer = await request(from, {
      method,
      body: body ?? null,
      dispatcher,
      signal,
      headers: headersOf(credentials, body !== undefined),
    });
    if (answer.statusCode === 200) {
      const type = String(answer.headers['content-type'] ?? '');
      return { type, body: Buffer.from(await answer.body.arrayBuffer()), from };
    }
    await answer.body.dump();
    const refusal = explainStatus(answer.statusCode, repository, credentials !== undefined);
    const location = answer.headers.location;
    if (refusal || typeof location !== 'string' || redirects === REDIRECTS || method !== 'GET') {
      throw refusal ?? isNotGit(repository);
    }
    from = redirected(from, location, repository);
  }
}

const headersOf = (credentials: RepositoryCredentials | undefined, isQuestion: boolean) => ({
  'user-agent': 'git/2.40 (hearth)',
  'git-protocol': 'version=2',
  ...(isQuestion ? { 'content-type': 'application/x-git-upload-pack-request' } : {}),
  ...(credentials ? { authorization: basic(credentials) } : {}),
});

const basic = ({ username, password }: RepositoryCredentials) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Where a repository has moved to, on the same host. @throws Stalled where it sends elsewhere. */
function redirected(from: URL, location: string, { name }: Repository): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (to && to.origin === from.origin) return to;
  throw new Stalled(
    'Redirected',
    `${name} sends to ${to && /^https?:$/.test(to.protocol) ? to.host : 'somewhere'} instead of answering, and Hearth ` +
      'asks nobody but whom it was told: if that is right, give that address as spec.flake.url.',
  );
}
