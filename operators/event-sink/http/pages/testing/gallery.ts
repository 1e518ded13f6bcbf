import { pages } from '../pages.ts';
import type { Frame } from '../views.ts';
import { about, alone, gap, kindCounts, RSS, stateAt, states, story } from './home.ts';

const frame = (here?: Frame['here']): Frame => ({ person: { name: 'ada' }, signIn: '/', here });

const base = 'https://hearth.home.arpa/';
const history = { events: story, earlier: '/-/events?before=11' };

const table = {
  contentType: 'application/sparql-results+json',
  body: JSON.stringify({
    head: { vars: ['resource', 'since', 'message'] },
    results: {
      bindings: [
        {
          resource: { type: 'uri', value: `${base}${RSS}` },
          since: {
            type: 'literal',
            value: '2026-11-20T09:12:00Z',
            datatype: 'http://www.w3.org/2001/XMLSchema#dateTime',
          },
          message: {
            type: 'literal',
            value: 'db: PostgreSQL at postgres.hearth-providers refuses the connection.',
          },
        },
        {
          resource: { type: 'uri', value: 'http://www.w3.org/ns/prov#Activity' },
          since: { type: 'bnode', value: 'b0' },
        },
      ],
    },
  }),
  seq: 44,
  limit: 1000,
};

const asked = { query: 'SELECT * WHERE { ?resource ?property ?value }', base };

/** Every page in each of its states, of a made-up home. */
export const gallery: Readonly<Record<string, () => string>> = {
  home: () => pages.home(frame('home'), { kinds: kindCounts, latest: [...story, gap] }),
  'home-empty': () => pages.home(frame('home'), { kinds: [], latest: [] }),
  list: () =>
    pages.list(frame(), {
      kind: stateAt(RSS).resource,
      resources: [...states.values()].filter(({ resource }) => resource.kind === 'App'),
      next: '/-/apps.apps.hearth.dev/?after=rss',
    }),
  'list-empty': () => pages.list(frame(), { kind: stateAt(RSS).resource, namespace: 'home', resources: [] }),
  resource: () => pages.resource(frame(), { ...about(RSS), history }),
  'resource-ready': () =>
    pages.resource(frame(), { ...about('home/apps.apps.hearth.dev/photos'), history: { events: [alone] } }),
  'resource-hidden': () =>
    pages.resource(frame(), { ...about(RSS, [RSS, 'home/databases.apps.hearth.dev/']), history }),
  'resource-then': () => pages.resource(frame(), { ...about(RSS), at: 32, history }),
  definition: () =>
    pages.resource(frame(), {
      ...about('-/appdefinitions.apps.hearth.dev/miniflux'),
      history: { events: [stateAt('-/appdefinitions.apps.hearth.dev/miniflux')] },
    }),
  gone: () =>
    pages.gone(frame(), { event: { ...stateAt(RSS), seq: 50, type: 'deleted' }, history: { events: story } }),
  events: () => pages.events(frame('events'), { ...history, events: [...story, gap, ...states.values()] }),
  'events-of': () => pages.events(frame('events'), { of: RSS, events: [...story, gap], later: '/-/events' }),
  'events-empty': () => pages.events(frame('events'), { of: 'apps.apps.hearth.dev', events: [] }),
  sparql: () => pages.sparql(frame('sparql'), { query: '', base }),
  'sparql-table': () => pages.sparql(frame('sparql'), { ...asked, answer: table }),
  'sparql-yes': () =>
    pages.sparql(frame('sparql'), {
      ...asked,
      answer: { ...table, body: JSON.stringify({ head: {}, boolean: true }) },
    }),
  'sparql-statements': () =>
    pages.sparql(frame('sparql'), {
      ...asked,
      answer: { ...table, contentType: 'text/turtle', body: `<${base}${RSS}> a <${base}-/vocabulary#App> .` },
    }),
  'sparql-problem': () =>
    pages.sparql(frame('sparql'), { ...asked, problem: 'This is no SPARQL: line 1, a } is missing.' }),
  vocabulary: () => pages.vocabulary(frame('vocabulary'), { base }),
  'sign-in': () => pages.signIn({ signIn: '/' }, { to: '/' }),
  'not-found': () =>
    pages.refusal(frame(), {
      status: 404,
      title: 'There is nothing here',
      text: 'It is not there, or you may not see it.',
    }),
  forbidden: () =>
    pages.refusal(
      { signIn: '/-/sparql' },
      {
        status: 403,
        title: 'This is not for you',
        text: 'Ask who looks after the home.',
        onward: { path: '/-/events', label: 'To the events' },
      },
    ),
};
