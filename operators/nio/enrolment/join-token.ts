import { hash, timingSafeEqual } from 'node:crypto';
import { joinToken } from '@hearth/domain';
import {
  type Clock,
  type Immutable,
  isConflict,
  isNotFound,
  resourcePath,
  Secret,
  type SecretObject,
  type Transport,
} from '@hearth/runtime';
import { claimedBy, machinesNamespace } from '../names.ts';

type Requests = Pick<Transport, 'request'>;

/** A token that may still be used, by anybody or by the machine that has claimed it. */
export interface JoinToken {
  /** The consent to a disk that it carries. */
  readonly disk: { readonly serial: string; readonly erase: boolean } | undefined;
  /** The uid of the Machine for which it is kept. */
  readonly claimedBy: string | undefined;
  /**
   * Keeps it for one Machine: from now on nobody else can use it, whoever tries at this very moment; and this one can,
   * however often it is cut off before it is approved.
   * @returns whether it is this machine's now.
   */
  claim(uid: string): Promise<boolean>;
  /** It has done what it was for, and goes. */
  spend(): Promise<void>;
}

/** Fewer characters could be found by trying. */
const SHORTEST = 20;

/** What a machine is told whose token is none. */
export const NO_TOKEN =
  'The join token of this machine is not known: it was used before, or it has ended. Make another one (kiko machine ' +
  'token), or compare the pairing code and approve the machine.';

/** Finds the token that a machine shows; undefined where there is none such, or it has ended. */
export async function findJoinToken(
  shown: string,
  transport: Requests,
  clock: Clock,
): Promise<JoinToken | undefined> {
  const { items } = await transport.request<{ readonly items: readonly Immutable<SecretObject>[] }>({
    method: 'GET',
    path: resourcePath(Secret, { namespace: machinesNamespace }),
    query: { labelSelector: joinToken.label, fieldSelector: `type=${joinToken.type}` },
  });
  const ended = items.filter(({ data }) => hasEnded(field(data, 'expires'), clock));
  await Promise.all(ended.map((secret) => remove(secret, transport)));
  const secret = items.find((each) => !ended.includes(each) && isSame(field(each.data, 'token'), shown));
  if (!secret) return undefined;
  const serial = field(secret.data, 'disk');
  return {
    disk: serial === '' ? undefined : { serial, erase: field(secret.data, 'erase') === 'true' },
    claimedBy: claimant(secret),
    claim: (uid) => claim(secret, uid, transport),
    spend: () => remove(secret, transport),
  };
}

const field = (data: SecretObject['data'], name: string): string =>
  Buffer.from(data?.[name] ?? '', 'base64').toString();

/** Takes as long whatever differs. */
function isSame(token: string, shown: string): boolean {
  const [one, other] = [token, shown].map((text) => hash('sha256', text, 'buffer'));
  return token.length >= SHORTEST && one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

/** A time that can't be read is over. */
const hasEnded = (expires: string, clock: Clock): boolean =>
  expires !== '' && !(Date.parse(expires) > clock.now().getTime());

const claimant = ({ metadata }: Immutable<SecretObject>): string | undefined =>
  metadata.annotations?.[claimedBy];

async function claim(secret: Immutable<SecretObject>, uid: string, transport: Requests): Promise<boolean> {
  if (claimant(secret) !== undefined) return claimant(secret) === uid;
  const { name, namespace, resourceVersion } = secret.metadata;
  const path = resourcePath(Secret, { namespace, name });
  try {
    await transport.request({
      method: 'PATCH',
      path,
      query: { fieldManager: 'nio-enrolment' },
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion, annotations: { [claimedBy]: uid } } },
    });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    if (!isConflict(error)) throw error;
    // Somebody was faster; or it was this very request, whose answer was lost and which was sent again.
    return isClaimedBy(uid, path, transport);
  }
}

async function isClaimedBy(uid: string, path: string, transport: Requests): Promise<boolean> {
  try {
    return claimant(await transport.request<SecretObject>({ method: 'GET', path })) === uid;
  } catch (error) {
    // The faster one has spent it by now.
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Gone already, or made anew: either way this one is no more. */
async function remove(
  { metadata: { name, namespace, uid } }: Immutable<SecretObject>,
  transport: Requests,
): Promise<void> {
  try {
    await transport.request({
      method: 'DELETE',
      path: resourcePath(Secret, { namespace, name }),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
    });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
