import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const env = {
  HEARTH_IDENTITY_ISSUER: 'https://identity.hearth.test/',
  HEARTH_IDENTITY_KEY: 'k'.repeat(40),
  HEARTH_IDENTITY_ADMIN_TOKEN: 't'.repeat(24),
};

describe('the environment', () => {
  it('needs little', () => {
    expect(readConfig({ ...env, DATABASE_URL: '', HEARTH_DIRECTORY_URL: '' })).toEqual({
      issuer: 'https://identity.hearth.test',
      key: env.HEARTH_IDENTITY_KEY,
      adminToken: env.HEARTH_IDENTITY_ADMIN_TOKEN,
      file: '/data/identity.db',
      port: 8080,
      adminPort: 9091,
      gateways: expect.arrayContaining(['10.0.0.0/8', 'fc00::/7']),
      logLevel: 'info',
    });
  });

  it('names a database and a directory, where there are', () => {
    const bound = {
      DATABASE_URL: 'postgresql://h/d',
      HEARTH_DIRECTORY_URL: 'ldap://d',
      HEARTH_DIRECTORY_PASSWORD: 'p',
    };
    expect(readConfig({ ...env, ...bound })).toMatchObject({
      databaseUrl: 'postgresql://h/d',
      directory: { url: 'ldap://d', password: 'p' },
    });
  });

  it.each([
    ['HEARTH_IDENTITY_ISSUER', 'http://identity.hearth.test', 'HEARTH_IDENTITY_ISSUER must be the https URL'],
    ['HEARTH_IDENTITY_ISSUER', 'https://hearth.test/identity', 'must have no path'],
    ['HEARTH_IDENTITY_KEY', 'short-secret', 'HEARTH_IDENTITY_KEY must have at least 32 characters'],
    ['HEARTH_IDENTITY_KEY', '', 'HEARTH_IDENTITY_KEY is missing'],
    ['HEARTH_IDENTITY_ADMIN_TOKEN', 'short-secret', 'must have at least 16'],
  ])('is refused with %s=%s, in words without the value', (name, value, said) => {
    const read = () => readConfig({ ...env, [name]: value });
    expect(read).toThrow(said);
    expect(read).not.toThrow('short-secret');
  });
});
