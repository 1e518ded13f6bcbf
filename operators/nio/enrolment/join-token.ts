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
import { machinesNamespace } from '../names.ts';
import { Refusal } from './refusal.ts';

/** A token that may still be used. */
export interface JoinToken {
  /** The consent to a disk that it carries. */
  readonly disk: { readonly serial: string; readonly erase: boolean } | undefined;
  /**
   * Uses it up: from now on nobody can use it, whoever else tries at this very moment.
   * @throws Refusal where somebody was faster.
   */
  spend(): Promise<void>;
}

/** Fewer characters could be found by trying. */
const SHORTEST = 20;

const USED =
  'The join token of this machine is not known: it was used before, or it has ended. Make another one (kiko machine ' +
  'token), or compare the pairing code and approve the machine.';

/**
 * Finds the token that a machine shows.
 * @throws Refusal where there is none such, or it has ended.
 */
export async function findJoinToken(
  shown: string,
  transport: Pick<Transport, 'request'>,
  clock: Clock,
): Promise<JoinToken> {
  const { items } = await transport.request<{ readonly items: readonly Immutable<SecretObject>[] }>({
    method: 'GET',
    path: resourcePath(Secret, { namespace: machinesNamespace }),
    query: { labelSelector: joinToken.label, fieldSelector: `type=${joinToken.type}` },
  });
  const secret = items.find(({ data }) => isSame(field(data, 'token'), shown));
  if (!secret || hasEnded(field(secret.data, 'expires'), clock)) throw new Refusal(403, USED);
  const serial = field(secret.data, 'disk');
  return {
    disk: serial === '' ? undefined : { serial, erase: field(secret.data, 'erase') === 'true' },
    spend: () => spend(secret, transport),
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

async function spend(
  { metadata: { name, namespace, uid, resourceVersion } }: Immutable<SecretObject>,
  transport: Pick<Transport, 'request'>,
): Promise<void> {
  try {
    await transport.request({
      method: 'DELETE',
      path: resourcePath(Secret, { namespace, name }),
      // Not sent again where its answer was lost: who got it would then be told that somebody else did.
      attempts: 1,
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } },
    });
  } catch (error) {
    if (isNotFound(error) || isConflict(error)) throw new Refusal(403, USED);
    throw error;
  }
}
