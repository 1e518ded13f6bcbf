import { expect, it } from 'vitest';
import { anAccount } from '../testing/records.ts';
import { identityHeaders } from './answer.ts';

it('tells an app who is there, under both names', () => {
  const account = anAccount({ groups: ['admins', 'family'] });
  expect(identityHeaders(account)).toEqual({
    'X-Forwarded-User': 'mila',
    'Remote-User': 'mila',
    'X-Forwarded-Groups': 'admins,family',
    'Remote-Groups': 'admins,family',
    'X-Forwarded-Email': 'mila@example.org',
    'Remote-Email': 'mila@example.org',
    'X-Forwarded-Name': 'Mila',
    'Remote-Name': 'Mila',
  });
});

it('leaves out what there is not', () => {
  const { email: _, ...account } = anAccount({ groups: [] });
  expect(Object.keys(identityHeaders(account))).toEqual([
    'X-Forwarded-User',
    'Remote-User',
    'X-Forwarded-Name',
    'Remote-Name',
  ]);
});

it('writes names in UTF-8, and never ends the line', () => {
  const headers = identityHeaders(anAccount({ displayName: 'Mila Żółć\r\nX-Forwarded-User: admin' }));
  const written = Buffer.from(headers['Remote-Name'] ?? '', 'latin1').toString();
  expect(written).toBe('Mila Żółć  X-Forwarded-User: admin');
});
