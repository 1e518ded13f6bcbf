import {
  type EventPage,
  eventPage,
  eventsProblem,
  type LogHead,
  type LogProof,
  logHead,
  logProof,
  type SinkEvent,
  sinkEvent,
  type WhyAnswer,
  whyAnswer,
} from '@hearth/domain';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { Failure } from '../failure.ts';

/** Which events to ask for. */
export interface EventQuery {
  /** Only those with a greater number. */
  readonly after: number;
  /** Of one resource by its relative IRI, or of one kind by its `plural.group`; of all if not given. */
  readonly of?: string | undefined;
}

/** A text that the sink answered with, and its media type. */
interface Answer {
  readonly type: string;
  readonly text: string;
}

/**
 * The event sink, as whoever asks it may see it. All of it throws a Failure with the sink's own sentence where it refuses,
 * and {@link Away} where it does not answer.
 */
export interface SinkClient {
  events(query: EventQuery & { readonly limit: number }): Promise<EventPage>;
  /** Events as they come, until the connection ends or breaks. */
  stream(query: EventQuery): AsyncIterable<SinkEvent>;
  head(): Promise<LogHead>;
  /** That an event is in the log, for those who may see everything. Whether it is so is to be checked. */
  proof(seq: number): Promise<LogProof>;
  /** A resource as it is, or as it was after an event. */
  resource(iri: string, at?: number): Promise<object>;
  why(iri: string): Promise<WhyAnswer>;
  sparql(query: string, accept: string): Promise<Answer>;
  /** The log's parts, a line each, for those who may see everything. */
  parts(): AsyncIterable<string>;
}

/** How the sink is asked. */
export interface AskOptions {
  /** Where it is. Asked each time: a way through the API server moves with the pod. */
  origin(): Promise<string>;
  /** A token for it that has just been made. */
  token(): Promise<string>;
  /** Milliseconds within which an answer must begin. */
  readonly patience?: number;
}

/** The sink does not answer now; it may a little later. */
export class Away extends Failure {}

const PATIENCE = 15_000;
/** Beyond the limit that the sink itself sets to a query. */
const QUERY_PATIENCE = 120_000;

/** What a request is, but for where it goes and who asks. */
interface Request {
  readonly accept?: string;
  readonly body?: string;
  readonly type?: string;
  readonly lastEventId?: string;
  readonly patience?: number;
}

/** Asks the event sink over HTTP. */
export function askSink(options: AskOptions): SinkClient {
  const call = createCall(options);
  const ask = async <T>(path: string, schema: AnswerSchema<T>): Promise<T> => {
    const answer = await call(path);
    const { data } = schema.safeParse(await answer.json().catch(() => undefined));
    if (data === undefined) throw new Failure(UNINTELLIGIBLE);
    return data;
  };
  return {
    events: ({ after, limit, of }) => ask(`-/events?${queryOf({ after, limit, of })}`, eventPage),
    stream: (query) => streamEvents(call, query),
    head: () => ask('-/log/head', logHead),
    proof: (seq) => ask(`-/log/proof?${queryOf({ seq })}`, logProof),
    resource: (iri, at) => ask(`${iri}?${queryOf({ at })}`, anyObject),
    why: (iri) => ask(`-/why?${queryOf({ of: iri })}`, whyAnswer),
    async sparql(query, accept) {
      const request = { accept, body: query, type: 'application/sparql-query', patience: QUERY_PATIENCE };
      const answer = await call('-/sparql', request);
      return { type: typeOf(answer), text: await answer.text() };
    },
    async *parts() {
      const answer = await call('-/log/parts', { accept: 'application/x-ndjson' });
      yield* linesOf(textOf(answer));
    },
  };
}

const UNINTELLIGIBLE =
  'The event sink answers otherwise than this kiko understands: are they of the same version?';

/** What answers must be like. */
interface AnswerSchema<T> {
  safeParse(value: unknown): { readonly data?: T | undefined };
}

const anyObject: AnswerSchema<object> = {
  safeParse: (value) => (typeof value === 'object' && value !== null ? { data: value } : {}),
};

function queryOf(values: Readonly<Record<string, string | number | undefined>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, `${value}`);
  return query;
}

const typeOf = ({ headers }: Response): string => headers.get('content-type')?.split(';')[0]?.trim() ?? '';

type Call = (path: string, request?: Request) => Promise<Response>;

/** Sends requests, each with a token; one that has run out is made anew, once. */
function createCall({ origin, token, patience = PATIENCE }: AskOptions): Call {
  let current: string | undefined;
  return async (path, request = {}) => {
    const send = async (): Promise<Response> => {
      current ??= await token();
      return sendRequest(`${await origin()}/${path}`, current, { patience, ...request });
    };
    let answer = await send();
    if (answer.status === 401) {
      current = undefined;
      answer = await send();
    }
    if (!answer.ok) throw await refusalOf(answer);
    return answer;
  };
}

async function sendRequest(url: string, token: string, request: Request): Promise<Response> {
  const { accept = 'application/json', body, type = 'text/plain', lastEventId, patience } = request;
  // The limit is on the answer's beginning: a stream may go on for days.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), patience);
  try {
    return await fetch(url, {
      signal: limit.signal,
      headers: {
        accept,
        authorization: `Bearer ${token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
  } catch (cause) {
    throw new Away('The event sink does not answer: kubectl get pods -n hearth-system says how it is.', {
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

async function refusalOf(answer: Response): Promise<Failure> {
  const { status } = answer;
  const { data } = eventsProblem.safeParse(await answer.json().catch(() => undefined));
  const sentence = data ? (data.detail ?? data.title) : `The event sink answers with status ${status}.`;
  return status >= 500 || status === 429 ? new Away(sentence) : new Failure(sentence);
}

async function* streamEvents(call: Call, { after, of }: EventQuery): AsyncGenerator<SinkEvent> {
  const answer = await call(`-/events?${queryOf({ after, of })}`, {
    accept: 'text/event-stream',
    lastEventId: `${after}`,
  });
  const messages = ReadableStream.from(textOf(answer)).pipeThrough(new EventSourceParserStream());
  for await (const { data } of messages) {
    const event = sinkEvent.safeParse(parseJson(data));
    if (!event.success) throw new Failure(UNINTELLIGIBLE);
    yield event.data;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* textOf({ body }: Response): AsyncGenerator<string> {
  try {
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) yield text;
  } catch (cause) {
    throw new Away('The event sink broke off in the middle of its answer: try again.', { cause });
  }
}

/** Splits text into its lines, without their ends. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
  if (rest !== '') yield rest;
}
