import { describe, expect, test } from 'vitest';
import { type AppDecision, decideApp } from './decide.ts';
import { app, catalogueOf, db, definition, digest, postgres, rss, running } from './resolve/fixtures.ts';
import { indexInstalled } from './resolve/installed.ts';
import type { App } from './schema/app.ts';
import type { AppDefinition } from './schema/app-definition.ts';

function decide(wanted: App, ...definitions: AppDefinition[]): AppDecision {
  const catalogue = catalogueOf(...definitions);
  const installed = indexInstalled([wanted], catalogue);
  return decideApp({ app: wanted, home: undefined, catalogue, installed, nodes: [] }, digest);
}

test('carries out what can be', () => {
  const decision = decide(app('home/rss'), rss, postgres);
  expect(decision.kind === 'CarryOut' && decision.resolved.version).toBe('1.0.0');
});

const simple = definition('x');
const broken = definition('x', { workloads: [{ name: 'app', env: { A: '${nobody.url}' } }] });
const lonely = definition('x', { integrations: [db()] });

describe('what can’t be', () => {
  test.each<[string, App, AppDefinition[], string, string]>([
    ['waits for a definition', app('home/x'), [], 'Wait', 'DefinitionMissing'],
    [
      'refuses what the definition doesn’t know',
      app('home/x', { settings: { a: 1 } }),
      [simple],
      'Refuse',
      'InvalidSpec',
    ],
    [
      'refuses a definition that doesn’t hold together',
      app('home/x'),
      [broken],
      'Refuse',
      'InvalidDefinition',
    ],
    ['says what conflicts', app('home/x'), [lonely], 'Refuse', 'ProviderDefinitionUnknown'],
    [
      'refuses a version that there isn’t',
      app('home/x', { version: '9' }),
      [simple],
      'Refuse',
      'InvalidSpec',
    ],
  ])('%s', (_, wanted, definitions, kind, reason) => {
    expect(decide(wanted, ...definitions)).toMatchObject({ kind, reason });
  });
});

describe('keeps a version that runs and left the catalogue', () => {
  const status = running([], '0.9');
  test.each<[string, App, AppDefinition]>([
    ['', app('home/x', {}, { status }), simple],
    ['where it is pinned', app('home/x', { version: '0.9' }, { status }), simple],
    [
      'where the App suits only its definition of then',
      app('home/x', { settings: { a: 1 } }, { status }),
      simple,
    ],
    ['where the definition is broken by now', app('home/x', {}, { status }), broken],
  ])('%s', (_, wanted, now) => {
    expect(decide(wanted, now)).toMatchObject({ kind: 'Keep', reason: 'VersionGone' });
  });
});
