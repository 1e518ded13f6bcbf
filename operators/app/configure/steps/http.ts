import { type PostStartStep, renderTemplate } from '@hearth/domain';
import { type Context, Waiting } from '@hearth/runtime';
import type { BindingData } from '../../binding.ts';
import { dial, type Endpoint } from '../../provider.ts';
import { valueAt } from '../pointer.ts';
import { type Answer, Broken, exchange } from './exchange.ts';

/** A step that calls the app. */
export type HttpStep = Extract<PostStartStep, { type: 'http' }>;

/** Looks up a name of a template. */
export type LookUp = (scope: string, field: string) => string | undefined;

/** What a step that calls the app needs beside itself. */
export interface HttpSurroundings {
  /** The App, as sentences name it. */
  readonly app: string;
  /** Where a port of the step's workload answers; the first HTTP port where none is named. */
  endpoint(port: string | undefined): Endpoint;
  readonly lookUp: LookUp;
  readonly reach: Context['reach'];
  readonly signal: AbortSignal;
  /** Milliseconds that a call may take as a whole. */
  readonly timeout: number;
}

type Call = Pick<HttpStep, 'path' | 'port' | 'headers' | 'body'> & { readonly method: string };

/**
 * Calls the app, unless its `unless` shows that there is nothing left to do. That is not asked while something
 * that the step captures isn't known: it would stay unknown.
 * @returns what was captured.
 * @throws Waiting naming the step and what was wrong with the answer; never a value.
 */
export async function carryOutHttp(step: HttpStep, around: HttpSurroundings): Promise<BindingData> {
  const known = Object.keys(step.capture ?? {}).every((name) => around.lookUp('secret', name) !== undefined);
  if (known && (await isDone(step, around))) return {};
  const answer = await call(step, step, around);
  if (!step.expect.includes(answer.status)) {
    const redirect = answer.status >= 300 && answer.status < 400 ? ', and redirects are not followed' : '';
    throw failed(
      step,
      around,
      `${asked(step)} answered ${answer.status}, not ${anyOf(step.expect)}${redirect}`,
    );
  }
  return capture(step, answer, around);
}

async function isDone(step: HttpStep, around: HttpSurroundings): Promise<boolean> {
  const { unless } = step;
  if (unless === undefined) return false;
  const answer = await call(step, { ...unless, method: 'GET' }, around);
  if (!unless.ok.includes(answer.status)) return false;
  return unless.contains === undefined || (answer.text?.includes(unless.contains) ?? false);
}

async function call(step: HttpStep, { method, path, port, headers, body }: Call, around: HttpSurroundings) {
  const { lookUp, reach, signal, timeout } = around;
  const endpoint = around.endpoint(port);
  const escaped = escaping(contentType(headers), lookUp);
  const request = {
    method,
    path,
    headers: Object.entries({
      // The app is told one and the same name, wherever it is called from; given by the step, that one counts.
      host: `${endpoint.host}:${endpoint.port}`,
      ...Object.fromEntries(
        Object.entries(headers ?? {}).map(([name, value]) => [
          name.toLowerCase(),
          renderTemplate(value, lookUp),
        ]),
      ),
    }),
    body: body === undefined ? undefined : renderTemplate(body, escaped),
  };
  try {
    return await exchange(await dial(endpoint, reach), request, signal, timeout);
  } catch (error) {
    if (error instanceof Broken) throw failed(step, around, `${asked({ method, path })} ${error.message}`);
    throw error;
  }
}

function capture(step: HttpStep, { text }: Answer, around: HttpSurroundings): BindingData {
  const pointers = Object.entries(step.capture ?? {});
  if (pointers.length === 0) return {};
  if (text === undefined) throw failed(step, around, `${asked(step)} answered with more than 1 MiB`);
  const answer = parseJson(text);
  if (answer === undefined) throw failed(step, around, `the answer to ${asked(step)} is not JSON`);
  return Object.fromEntries(
    pointers.map(([name, pointer]) => {
      const value = valueAt(answer, pointer);
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        return [name, String(value)];
      }
      throw failed(
        step,
        around,
        `the answer to ${asked(step)} has no text or number at ${pointer}, for ${name}`,
      );
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const contentType = (headers: HttpStep['headers']): string =>
  Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';

/** Fills names in so that what they hold can't break out of where it stands in the body. */
export function escaping(type: string, lookUp: LookUp): LookUp {
  const escaped = /^application\/(?:[\w.-]+\+)?json\b/i.test(type)
    ? (value: string) => JSON.stringify(value).slice(1, -1)
    : /^application\/x-www-form-urlencoded\b/i.test(type)
      ? encodeURIComponent
      : (value: string) => value;
  return (scope, field) => {
    const value = lookUp(scope, field);
    return value === undefined ? undefined : escaped(value);
  };
}

const asked = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path}`;

const failed = (step: HttpStep, { app }: HttpSurroundings, sentence: string): Waiting =>
  new Waiting('ConfigureFailed', `Step ${step.name} of ${app}: ${sentence}.`);

const anyOf = (codes: readonly number[]): string =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(codes.map(String));
