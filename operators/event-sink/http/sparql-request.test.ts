import { describe, expect, test } from 'vitest';
import { type ProtocolRequest, queryIn } from './sparql-request.ts';

const sparql = 'ASK { ?s ?p "a&b+c" }';
const form = 'application/x-www-form-urlencoded';
const direct = 'application/sparql-query';

type Said = Omit<ProtocolRequest, 'query'> & { readonly query?: readonly (readonly [string, string])[] };

const queryOf = ({ query = [], ...rest }: Said) =>
  queryIn({
    ...rest,
    query: new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])),
  });

const encoded = `query=${encodeURIComponent(sparql)}`;

describe('a query can be asked in three ways', () => {
  test.each<[string, Said]>([
    ['GET', { method: 'GET', query: [['query', sparql]] }],
    ['HEAD', { method: 'HEAD', query: [['query', sparql]] }],
    ['POST of a form', { method: 'POST', contentType: form, body: encoded }],
    [
      'POST of a form with a charset',
      { method: 'POST', contentType: `${form}; charset=UTF-8`, body: encoded },
    ],
    ['POST of a query', { method: 'POST', contentType: direct, body: sparql }],
    [
      'POST of a query in capitals',
      { method: 'POST', contentType: 'Application/SPARQL-Query', body: sparql },
    ],
  ])('%s', (_, said) => {
    expect(queryOf(said)).toBe(sparql);
  });

  test('nothing is asked', () => {
    expect(queryOf({ method: 'GET' })).toBeUndefined();
    expect(queryOf({ method: 'GET', query: [['query', '']] })).toBeUndefined();
  });
});

describe('refused with a sentence', () => {
  test.each<[string, Said, number, string]>([
    [
      'two queries',
      {
        method: 'GET',
        query: [
          ['query', sparql],
          ['query', sparql],
        ],
      },
      400,
      'one by one',
    ],
    [
      'two queries in a form',
      { method: 'POST', contentType: form, body: `${encoded}&${encoded}` },
      400,
      'one by one',
    ],
    ['a form without a query', { method: 'POST', contentType: form, body: 'a=b' }, 400, 'missing'],
    ['a body without a query', { method: 'POST', contentType: direct, body: ' ' }, 400, 'missing'],
    [
      'a query twice',
      { method: 'POST', contentType: direct, body: sparql, query: [['query', sparql]] },
      400,
      'Say it once',
    ],
    [
      'a query twice, once in a form',
      { method: 'POST', contentType: form, body: encoded, query: [['query', sparql]] },
      400,
      'Say it once',
    ],
    [
      'a default graph',
      {
        method: 'GET',
        query: [
          ['query', sparql],
          ['default-graph-uri', 'a:b'],
        ],
      },
      400,
      'default-graph-uri',
    ],
    [
      'a named graph',
      {
        method: 'GET',
        query: [
          ['query', sparql],
          ['named-graph-uri', 'a:b'],
        ],
      },
      400,
      'named-graph-uri',
    ],
    [
      'a default graph in a form',
      { method: 'POST', contentType: form, body: `${encoded}&default-graph-uri=a` },
      400,
      'default-graph-uri',
    ],
    [
      'a named graph beside a form',
      { method: 'POST', contentType: form, body: encoded, query: [['named-graph-uri', 'a']] },
      400,
      'named-graph-uri',
    ],
    [
      'a named graph beside a query',
      { method: 'POST', contentType: direct, body: sparql, query: [['named-graph-uri', 'a']] },
      400,
      'named-graph-uri',
    ],
    [
      'an update',
      { method: 'POST', contentType: 'application/sparql-update', body: 'CLEAR ALL' },
      400,
      'can only be asked',
    ],
    [
      'an update in a form',
      { method: 'POST', contentType: form, body: 'update=CLEAR+ALL' },
      400,
      'can only be asked',
    ],
    [
      'an update in the address',
      { method: 'GET', query: [['update', 'CLEAR ALL']] },
      400,
      'can only be asked',
    ],
    ['another type', { method: 'POST', contentType: 'text/plain', body: sparql }, 415, 'Send a query as'],
    ['no type', { method: 'POST', body: sparql }, 415, 'Send a query as'],
  ])('%s', (_, said, status, detail) => {
    expect(() => queryOf(said)).toThrow(
      expect.objectContaining({ status, detail: expect.stringContaining(detail) }),
    );
  });
});
