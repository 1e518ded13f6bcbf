import { ApiError, LeaseEnded, Stalled, Unreachable, Waiting } from '@hearth/runtime';
import { describe, expect, it } from 'vitest';
import { explain } from './errors.ts';

const failure = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('explain', () => {
  it.each<[string, Error, typeof Waiting | typeof Stalled, string]>([
    ['starting', failure('57P03', 'the database system is starting up'), Waiting, 'ProviderStarting'],
    [
      'no connection left',
      failure('53300', 'sorry, too many clients already'),
      Waiting,
      'TooManyConnections',
    ],
    [
      'nobody listens',
      failure('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:5432'),
      Waiting,
      'ProviderUnreachable',
    ],
    ['no such name', failure('ENOTFOUND', 'getaddrinfo ENOTFOUND x'), Waiting, 'ProviderUnreachable'],
    ['no answer', new Error('timeout expired'), Waiting, 'ProviderUnreachable'],
    ['cut off', new Error('Connection terminated unexpectedly'), Waiting, 'ProviderUnreachable'],
    [
      'admin refused',
      failure('28P01', 'password authentication failed for user "postgres"'),
      Stalled,
      'AdminRefused',
    ],
    ['not allowed', failure('42501', 'permission denied to create role'), Stalled, 'NotAllowed'],
  ])('%s', (_, error, type, reason) => {
    const explained = explain(error, 'App home/postgres', 'creating role "x"');
    expect(explained).toBeInstanceOf(type);
    expect(explained).toMatchObject({
      reason,
      message: expect.stringMatching(/^App home\/postgres .*creating role "x"/),
    });
  });

  const request = { method: 'GET', path: '/api/v1/namespaces/home/secrets/account' };
  it.each<[string, Error]>([
    ['the API server is away', new Unreachable(request, new Error('connect timeout'))],
    ['the API server refuses', new ApiError(request, 503, { message: 'shutting down' })],
    ['another process leads', new LeaseEnded()],
  ])('leaves to the runtime that %s', (_, error) => {
    expect(explain(error, 'App home/postgres', 'creating role "x"')).toBe(error);
  });

  it('leaves out what was sent', () => {
    const error = Object.assign(failure('XX000', 'cache lookup failed'), {
      internalQuery: 'hunter2',
      where: 'hunter2',
      detail: 'hunter2',
      stack: 'hunter2',
    });
    const explained = explain(error, 'App home/postgres', 'creating role "x"');
    expect(explained).not.toBeInstanceOf(Waiting);
    expect(explained).not.toBeInstanceOf(Stalled);
    expect(`${explained.message}${JSON.stringify(explained)}${explained.stack}`).not.toContain('hunter2');
  });
});
