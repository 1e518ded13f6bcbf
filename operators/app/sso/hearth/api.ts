import { identityRefusal } from '@hearth/domain';
import type { z } from 'zod';
import { type Answer, Broken, exchange } from '../../configure/steps/exchange.ts';
import { adminCredentials, dial, endpointOf } from '../../provider.ts';
import { type Doing, refused, unanswered } from '../explain.ts';
import type { OpenProvider } from '../provider.ts';

/** Longer than identity takes to write its database to a slow disk, in milliseconds. */
const patience = 10_000;

/** What is asked of the admin API. */
interface Question {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** The admin API of Hearth's identity provider. */
export interface AdminApi {
  /**
   * Asks, and reads the answer by its schema.
   * @returns undefined where the answer is 404.
   * @throws Waiting or Stalled, saying what was done and what came of it; of what was sent, nothing.
   */
  ask<S extends z.ZodType>(what: string, question: Question, schema: S): Promise<z.infer<S> | undefined>;
  /** Does something whose answer says nothing more. */
  tell(what: string, question: Question): Promise<void>;
}

/** The admin API of a provider. */
export function adminApi(...given: Parameters<OpenProvider>): AdminApi {
  const [{ ref }] = given;
  const provider = `App ${ref.namespace}/${ref.name}`;
  return {
    async ask(what, question, schema) {
      const doing = { provider, what };
      const { status, text } = await send(given, doing, question);
      if (status === 404) return undefined;
      if (status !== 200) throw refused(doing, status, saidIn(text));
      const answer = schema.safeParse(parse(text));
      if (!answer.success) throw refused(doing, status, 'in a way that this Hearth can’t read');
      return answer.data;
    },
    async tell(what, question) {
      const doing = { provider, what };
      const { status, text } = await send(given, doing, question);
      if (status !== 200 && status !== 201 && status !== 204) throw refused(doing, status, saidIn(text));
    },
  };
}

/** Asks once. The address is looked for anew each time: a port-forward moves. */
async function send(
  [provider, { read, reach, signal, requireLead }]: Parameters<OpenProvider>,
  doing: Doing,
  { method, path, headers = {}, body }: Question,
): Promise<Answer> {
  const { password } = await adminCredentials(provider, read);
  const address = await dial(endpointOf(provider), reach);
  // Whoever leads now works on the same clients and people.
  if (method !== 'GET') requireLead();
  const all = {
    authorization: `Bearer ${password}`,
    ...(body && { 'content-type': 'application/json' }),
    ...headers,
  };
  const question = { method, path, headers: Object.entries(all), body: body && JSON.stringify(body) };
  try {
    return await exchange(address, question, signal, patience);
  } catch (error) {
    throw error instanceof Broken ? unanswered(doing, error.message) : error;
  }
}

/** What a refusal says for people: of an answer of another kind, nothing. */
function saidIn(text: string | undefined): string {
  const refusal = identityRefusal.safeParse(parse(text)).data;
  return refusal === undefined ? '' : (refusal.message ?? refusal.error);
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
