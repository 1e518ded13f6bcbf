import { describe, expect, it } from 'vitest';
import { type Facts, planDatabase, planRelease } from './plan.ts';
import type { Claim, Observation } from './provider.ts';

const claim: Claim = {
  name: 'home_rss_db',
  mark: { home: 'h1', namespace: 'home', name: 'rss-db', definition: 'miniflux' },
  extensions: ['hstore', 'citext'],
};
const ours = { is: 'ours' } as const;
const absent = { is: 'absent' } as const;
const kept = { is: 'retained', since: '2026-01-01' } as const;
const theirs = { is: 'foreign', whose: 'belongs to Database kids/x' } as const;

/** As it should be. */
const right: Observation = {
  role: ours,
  database: ours,
  roleFixes: [],
  databaseFixes: [],
  password: 'works',
  schemaForeign: false,
  extensions: { missing: [], unavailable: [], extra: [] },
  open: [],
};
const nothing: Partial<Observation> = {
  role: absent,
  database: absent,
  password: 'unasked',
  extensions: { missing: ['hstore', 'citext'], unavailable: [], extra: [] },
};

function plan(observed: Partial<Observation>, facts: Partial<Facts> = {}) {
  return planDatabase(claim, {
    observed: { ...right, ...observed },
    password: 'p',
    passwordIsNew: false,
    known: true,
    server: 'App home/postgres',
    isOwnServer: true,
    offered: ['hstore', 'citext'],
    ...facts,
  });
}

/** The steps by name, and the reasons of what is told. */
function summary(...given: Parameters<typeof plan>): { steps: string[]; told: string[] } {
  const made = plan(...given);
  if ('refused' in made) throw new Error(made.refused.message);
  return { steps: made.steps.map((step) => step.do), told: made.happenings.map(({ reason }) => reason) };
}

describe('planDatabase', () => {
  it.each<[string, Partial<Observation>, Partial<Facts>, string[], string[]]>([
    ['nothing, where all is right', {}, {}, [], []],
    ['nothing, where the login was not tried', { password: 'unasked' }, {}, [], []],
    [
      'all, where nothing is there',
      nothing,
      { known: false, passwordIsNew: true },
      ['createRole', 'createDatabase', 'openDatabase', 'createExtensions'],
      ['Created'],
    ],
    [
      'all, and says that data is gone, where a known database is not there',
      nothing,
      { known: true },
      ['createRole', 'createDatabase', 'openDatabase', 'createExtensions'],
      ['Recreated'],
    ],
    [
      'the rest, where it was cut off after the role',
      { ...nothing, role: ours },
      { known: false },
      ['createDatabase', 'openDatabase', 'createExtensions'],
      ['Created'],
    ],
    [
      'the rest, where it was cut off before the mark',
      { ...nothing, role: ours, database: { is: 'unfinished' }, databaseFixes: ['access', 'closed'] },
      { known: false },
      ['openDatabase', 'createExtensions'],
      ['Created'],
    ],
    [
      'to take back what was kept',
      { role: kept, database: kept, roleFixes: ['LOGIN'], password: 'unasked' },
      { known: false, passwordIsNew: true },
      ['mendRole', 'openDatabase'],
      ['Adopted'],
    ],
    [
      'to take back the rest, where it was cut off after the role',
      { database: kept },
      { known: false },
      ['openDatabase'],
      ['Adopted'],
    ],
    ['a password, where it drifted', { password: 'refused' }, {}, ['mendRole'], ['Healed']],
    ['a password, where it could not be tried', { password: 'untried' }, {}, ['mendRole'], []],
    ['a password, where the Secret is gone', {}, { passwordIsNew: true }, ['mendRole'], ['Healed']],
    ['a role’s attributes', { roleFixes: ['NOSUPERUSER'] }, {}, ['mendRole'], ['Healed']],
    [
      'a lost role',
      { role: absent, databaseFixes: ['owner'] },
      {},
      ['createRole', 'openDatabase'],
      ['Healed'],
    ],
    ['a lost mark', { database: { is: 'unfinished' } }, {}, ['openDatabase'], ['Healed']],
    ['access of others', { databaseFixes: ['access'] }, {}, ['openDatabase'], ['Healed']],
    ['the schema', { schemaForeign: true }, {}, ['takeSchema'], ['Healed']],
    [
      'an extension that was added',
      { extensions: { missing: ['citext'], unavailable: [], extra: [] } },
      {},
      ['createExtensions'],
      ['ExtensionsCreated'],
    ],
    [
      'the closing of PostgreSQL’s own databases, and of no other',
      {
        open: [
          { name: 'accounts', closable: true },
          { name: 'postgres', closable: true },
          { name: 'template1', closable: false },
        ],
      },
      {},
      ['closeDatabases'],
      [],
    ],
  ])('plans %s', (_, observed, facts, steps, told) => {
    expect(summary(observed, facts)).toEqual({ steps, told });
  });

  it('closes what it may', () => {
    const open = [
      { name: 'accounts', closable: true },
      { name: 'postgres', closable: true },
      { name: 'template1', closable: false },
    ];
    const made = plan({ open });
    expect(made).toMatchObject({ steps: [{ do: 'closeDatabases', databases: ['postgres'] }] });
    expect(made).toMatchObject({
      conditions: [
        {
          type: 'Isolated',
          status: 'False',
          message: expect.stringContaining('databases accounts, template1'),
        },
      ],
    });
  });

  it('gives a role that it mends the Secret’s password', () => {
    expect(plan({ roleFixes: ['LOGIN'] })).toMatchObject({
      steps: [{ do: 'mendRole', fixes: ['LOGIN'], password: 'p' }],
    });
  });

  it('closes nothing on a server that others use, and says what is open', () => {
    const open = [{ name: 'postgres', closable: true }];
    expect(plan({ open }, { isOwnServer: false })).toMatchObject({
      steps: [],
      conditions: [
        {
          type: 'Isolated',
          status: 'False',
          message: expect.stringContaining('connect to database postgres,'),
        },
      ],
    });
  });

  it('leaves an extension alone that is there, offered or not', () => {
    const made = plan({}, { offered: [] });
    expect(made).toMatchObject({ steps: [] });
  });

  it('says which extensions are kept, and drops none', () => {
    const made = plan({ extensions: { missing: [], unavailable: [], extra: ['pg_trgm'] } });
    expect(made).toMatchObject({
      steps: [],
      conditions: [
        { type: 'Isolated', status: 'True' },
        { type: 'ExtraExtensions', message: expect.stringContaining('pg_trgm') },
      ],
    });
  });

  it.each<[string, Partial<Observation>, string, RegExp]>([
    [
      'a foreign database',
      { ...nothing, database: theirs },
      'NameTaken',
      /database "home_rss_db".*kids\/x.*left alone/,
    ],
    ['a foreign role', { ...nothing, role: theirs }, 'NameTaken', /role "home_rss_db".*kids\/x/],
    ['a foreign database under our own role', { database: theirs }, 'NameTaken', /database "home_rss_db"/],
    [
      'extensions that the server lacks',
      { ...nothing, extensions: { missing: ['hstore', 'vector'], unavailable: ['vector'], extra: [] } },
      'ExtensionUnavailable',
      /extension vector:/,
    ],
    [
      'extensions that the server has, and its definition doesn’t offer',
      { ...nothing, extensions: { missing: ['hstore', 'file_fdw'], unavailable: [], extra: [] } },
      'ExtensionNotOffered',
      /offer extension file_fdw:/,
    ],
  ])('refuses %s, and plans no step', (_, observed, reason, message) => {
    expect(plan(observed)).toEqual({
      refused: { reason, message: expect.stringMatching(message), after: expect.any(Number) },
    });
  });

  it('tells nobody a password', () => {
    const secret = 'correct horse';
    const made = plan({ password: 'refused' }, { password: secret });
    const told = 'refused' in made ? '' : JSON.stringify([made.happenings, made.conditions]);
    expect(told).not.toContain(secret);
  });
});

describe('planRelease', () => {
  const now = new Date('2026-02-03T04:05:06Z');
  const retain = { do: 'retain', since: '2026-02-03T04:05:06.000Z', role: true, database: true };
  const unfinished = { is: 'unfinished' } as const;

  it.each<[string, 'Retain' | 'Delete', Observation['role'], Observation['database'], object[], boolean]>([
    ['keeps both', 'Retain', ours, ours, [retain], true],
    ['keeps what was half kept', 'Retain', kept, ours, [retain], true],
    ['leaves what is kept already', 'Retain', kept, kept, [], true],
    ['keeps nothing where nothing is', 'Retain', absent, absent, [], false],
    ['keeps nothing of others', 'Retain', theirs, theirs, [], false],
    ['keeps the role alone', 'Retain', ours, theirs, [{ ...retain, database: false }], true],
    ['keeps the database alone', 'Retain', theirs, ours, [{ ...retain, role: false }], true],
    ['drops both', 'Delete', ours, ours, [{ do: 'dropDatabase' }, { do: 'dropRole' }], false],
    [
      'drops what a cut-off pass made',
      'Delete',
      ours,
      unfinished,
      [{ do: 'dropDatabase' }, { do: 'dropRole' }],
      false,
    ],
    ['drops the role where the database is dropped', 'Delete', ours, absent, [{ do: 'dropRole' }], false],
    ['drops nothing where nothing is', 'Delete', absent, absent, [], false],
    ['drops nothing of others', 'Delete', theirs, theirs, [], false],
  ])('%s', (_, deletion, role, database, steps, tombstone) => {
    expect(planRelease({ ...right, role, database }, deletion, now)).toEqual({
      steps,
      tombstone,
    });
  });
});
