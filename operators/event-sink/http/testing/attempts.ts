import { BASE } from './sink.ts';

/** A request that somebody makes. */
export interface Attempt {
  readonly path: string;
  readonly accept?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The namespace of who asks, and the one that they may not see. */
interface Places {
  readonly mine: string;
  readonly theirs: string;
}

/** A way to learn of what one may not see. */
export interface Trick {
  readonly how: string;
  readonly build: (places: Places) => Attempt;
  /** What comes of it. */
  readonly status: number;
  /** Who may see everything is told by it. */
  readonly tells: boolean;
}

const secretApp = ({ theirs }: Places) => `/${theirs}/apps.apps.hearth.dev/secret-app`;
const gone = ({ theirs }: Places) => `/${theirs}/apps.apps.hearth.dev/secret-gone`;
const html = 'text/html';
const stream = 'text/event-stream';

type Row = readonly [how: string, status: number, build: (places: Places) => Attempt, tells?: false];

const trick = ([how, status, build, tells]: Row): Trick => ({ how, status, build, tells: tells ?? true });

const onIris: readonly Row[] = [
  ['the IRI', 404, (at) => ({ path: secretApp(at) })],
  ['in Turtle', 404, (at) => ({ path: secretApp(at), accept: 'text/turtle' })],
  ['in JSON-LD', 404, (at) => ({ path: secretApp(at), accept: 'application/ld+json' })],
  ['its page', 404, (at) => ({ path: secretApp(at), accept: html })],
  ['as of an event', 404, (at) => ({ path: `${secretApp(at)}?at=2` })],
  ['as of an event, its page', 404, (at) => ({ path: `${secretApp(at)}?at=2`, accept: html })],
  ['before it was deleted', 404, (at) => ({ path: `${gone(at)}?at=6` }), false],
  ['the page of what was deleted', 404, (at) => ({ path: gone(at), accept: html })],
  ['its history', 404, (at) => ({ path: `${secretApp(at)}?history` })],
  ['its head', 404, (at) => ({ path: secretApp(at), method: 'HEAD' }), false],
  ['a tag that fits all', 404, (at) => ({ path: secretApp(at), headers: { 'if-none-match': '*' } }), false],
  ['written otherwise', 404, (at) => ({ path: secretApp(at).replace('secret-app', 'secret%2Dapp') })],
  [
    'from below a path',
    404,
    ({ mine, theirs }) => ({
      path: `/${mine}/apps.apps.hearth.dev/..%2F..%2F${theirs}%2Fapps.apps.hearth.dev%2Fsecret-app`,
    }),
    false,
  ],
  ['what is in no namespace', 404, () => ({ path: '/-/users.iam.hearth.dev/secret-user' })],
  ['why it is so', 404, (at) => ({ path: `/-/why?of=${secretApp(at).slice(1)}` })],
  ['all of its kind', 404, ({ theirs }) => ({ path: `/${theirs}/apps.apps.hearth.dev/`, accept: html })],
  ['all of its kind, everywhere', 200, () => ({ path: '/-/apps.apps.hearth.dev/', accept: html })],
  ['the first page', 200, () => ({ path: '/', accept: html })],
];

const onEvents: readonly Row[] = [
  ['all events', 200, () => ({ path: '/-/events' })],
  ['an event', 404, () => ({ path: '/-/events/2' })],
  ['an event in Turtle', 404, () => ({ path: '/-/events/2', accept: 'text/turtle' }), false],
  ['events of a kind', 200, () => ({ path: '/-/events?of=pods.core' })],
  ['events of the resource', 404, (at) => ({ path: `/-/events?of=${secretApp(at).slice(1)}` })],
  ['events on a page', 200, () => ({ path: '/-/events', accept: html })],
  ['events in Turtle', 200, () => ({ path: '/-/events', accept: 'text/turtle' })],
  [
    'events in JSON-LD, a page of two',
    200,
    () => ({ path: '/-/events?after=1&limit=2', accept: 'application/ld+json' }),
  ],
  ['a stream from the beginning', 200, () => ({ path: '/-/events?after=0', accept: stream })],
  [
    'a stream from some event on',
    200,
    () => ({ path: '/-/events', accept: stream, headers: { 'last-event-id': '1' } }),
  ],
  ['a stream of a kind', 200, () => ({ path: '/-/events?of=apps.apps.hearth.dev&after=0', accept: stream })],
  [
    'a stream of the resource',
    404,
    (at) => ({ path: `/-/events?of=${secretApp(at).slice(1)}&after=0`, accept: stream }),
    false,
  ],
  ['the log as it is', 403, () => ({ path: '/-/log/parts' })],
  ['the proof of an event', 403, () => ({ path: '/-/log/proof?seq=2' }), false],
];

const P = `PREFIX h: <${BASE}-/vocabulary#>`;
const iriOf = (at: Places) => `<${BASE}${secretApp(at).slice(1)}>`;
const select = (sparql: string, accept = 'text/csv'): Attempt => ({
  path: `/-/sparql?${new URLSearchParams({ query: `${P} ${sparql}` })}`,
  accept,
});
const post = (type: string, body: string, query = ''): Attempt => ({
  path: `/-/sparql${query}`,
  method: 'POST',
  headers: { 'content-type': type },
  body,
});

const onGraph: readonly Row[] = [
  ['all statements', 200, () => select('SELECT * { ?s ?p ?o }')],
  ['all graphs', 200, () => select('SELECT * { GRAPH ?g { ?s ?p ?o } }')],
  ['its graph', 200, (at) => select(`SELECT * { GRAPH ${iriOf(at)} { ?s ?p ?o } }`)],
  ['its graph by a relative IRI', 200, (at) => select(`SELECT * { GRAPH <${secretApp(at)}> { ?s ?p ?o } }`)],
  [
    'its graph out of values',
    200,
    (at) => select(`SELECT * { VALUES ?g { ${iriOf(at)} } GRAPH ?g { ?s ?p ?o } }`),
  ],
  [
    'its graph by a name that is put together',
    200,
    () => select('SELECT * { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), "secret")) }'),
  ],
  ['FROM', 400, (at) => select(`SELECT * FROM ${iriOf(at)} { ?s ?p ?o }`), false],
  ['FROM NAMED', 400, (at) => select(`SELECT * FROM NAMED ${iriOf(at)} { GRAPH ?g { ?s ?p ?o } }`), false],
  ['SERVICE', 400, () => select(`SELECT * { SERVICE <${BASE}-/sparql> { ?s ?p ?o } }`), false],
  [
    'SERVICE SILENT, deep down',
    400,
    () => select(`SELECT * { { SELECT * { OPTIONAL { SERVICE SILENT ?x { ?s ?p ?o } } } } }`),
    false,
  ],
  [
    'default-graph-uri',
    400,
    (at) => ({ path: `/-/sparql?query=ASK%7B%7D&default-graph-uri=${BASE}${secretApp(at).slice(1)}` }),
    false,
  ],
  [
    'named-graph-uri',
    400,
    () => post('application/sparql-query', 'SELECT * { GRAPH ?g { ?s ?p ?o } }', `?named-graph-uri=${BASE}`),
    false,
  ],
  ['a path of any properties', 200, () => select('SELECT * { ?s (<x:x>|!<x:x>)+ ?o }')],
  ['a path backwards', 200, () => select('SELECT * { ?o ^(!<x:x>)/!<x:x> ?x }')],
  ['CONSTRUCT', 200, () => select('CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }', 'text/turtle')],
  ['DESCRIBE', 200, (at) => select(`DESCRIBE ${iriOf(at)}`, 'application/n-triples')],
  ['a text put together', 200, () => select('SELECT (GROUP_CONCAT(STR(?o)) AS ?all) { ?s ?p ?o }')],
  [
    'the greatest and the least',
    200,
    () => select('SELECT (MAX(?o) AS ?most) (MIN(?o) AS ?least) { ?s h:definition ?o FILTER(?o != "fine") }'),
  ],
  ['who made changes', 200, () => select('SELECT ?who { ?change h:actor ?who }')],
  ['a form', 200, () => post('application/x-www-form-urlencoded', 'query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D')],
  ['the page where people ask', 200, () => select('SELECT * { ?s ?p ?o }', html)],
  ['an update that would copy', 400, () => post('application/sparql-update', 'COPY DEFAULT TO <a:b>'), false],
];

/** All ways that were thought of. */
export const attempts: readonly Trick[] = [...onIris, ...onEvents, ...onGraph].map(trick);
