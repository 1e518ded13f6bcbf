import { describe, expect, test } from 'vitest';
import type { App } from '../schema/app.ts';
import {
  app,
  binding,
  conflicting,
  definition,
  everyone,
  identity,
  keycloak,
  outcomes,
  planned,
  resolveIn,
  running,
} from './fixtures.ts';

const sso = { name: 'sso', kind: 'SSOClient', strategy: 'oidc', env: { CLIENT: '${sso.clientId}' } } as const;
const linked = definition('wiki', { integrations: [{ ...sso, linking: 'username' }] });
const unlinked = definition('wiki', { integrations: [sso] });
const proxied = definition('wiki', {
  integrations: [{ name: 'sso', kind: 'SSOClient', strategy: 'forward-auth', linking: 'username' }],
});

const old = 'hearth-providers/identity';
const choice = 'hearth-providers/keycloak';
const identityApp = app(old, everyone, { status: running() });
const keycloakApp = app(choice, everyone, { status: running() });
const starting = app(choice, everyone);
const runs = (...bindings: Parameters<typeof running>[0] & object) => ({ status: running([...bindings]) });
const withIdentity = runs(binding('sso', 'SSOClient', old));

const home = (wiki = linked, apps: readonly App[] = [identityApp, keycloakApp]) => ({
  catalogue: [wiki, identity, keycloak],
  apps,
  signOn: choice,
});

describe('the home’s choice', () => {
  test.each<[string, App, ReturnType<typeof home>, string]>([
    ['is what a new app signs in with', app('home/wiki'), home(), `sso: Bound ${choice}`],
    ['Ready or not', app('home/wiki'), home(linked, [identityApp, starting]), `sso: Bound ${choice}`],
    ['that is not installed is waited for', app('home/wiki'), home(linked, [identityApp]), 'sso: Unbound'],
    [
      'is of no matter where the App names another',
      app('home/wiki', {
        integrations: [{ name: 'sso', providerRef: { namespace: 'hearth-providers', name: 'identity' } }],
      }),
      home(),
      `sso: Bound ${old}`,
    ],
    [
      'nor where it is Off',
      app('home/wiki', { integrations: [{ name: 'sso', mode: 'Off' }] }, withIdentity),
      home(),
      'sso: Off',
    ],
    ['nor where it can’t serve', app('home/wiki'), home(proxied), `sso: Bound ${old}`],
    [
      'nor where it can’t serve any more',
      app('home/wiki', {}, withIdentity),
      home(proxied),
      `sso: Bound ${old}`,
    ],
    ['is wired late where accounts are linked', app('home/wiki', {}, runs()), home(), `sso: Bound ${choice}`],
    ['and not where they aren’t', app('home/wiki', {}, runs()), home(unlinked), 'sso: Unbound'],
    ['moves an app that runs', app('home/wiki', {}, withIdentity), home(), `sso: Bound ${choice}`],
    [
      'when it is Ready',
      app('home/wiki', {}, withIdentity),
      home(linked, [identityApp, starting]),
      `sso: Bound ${old}`,
    ],
    [
      'and none whose accounts are not linked',
      app('home/wiki', {}, withIdentity),
      home(unlinked),
      `sso: Bound ${old}`,
    ],
  ])('%s', (_, wiki, where, outcome) => {
    expect(outcomes(resolveIn(wiki, where))).toEqual([outcome]);
  });

  test('of several makes no choice necessary', () => {
    const { signOn: _, ...undecided } = home();
    const conflict = conflicting(resolveIn(app('home/wiki'), undecided));
    expect(conflict).toMatchObject({ reason: 'ChoiceNeeded' });
    expect(conflict.fix).toContain('signOn.providerRef of the Home');
    expect(outcomes(resolveIn(app('home/wiki'), home()))).toEqual([`sso: Bound ${choice}`]);
  });

  test('is offered where people would get new accounts', () => {
    const [offer] = planned(resolveIn(app('home/wiki', {}, withIdentity), home(unlinked))).offers;
    expect(offer).toMatchObject({ slot: 'sso', providers: [{ name: 'keycloak' }] });
    expect(offer?.message).toBe(
      `The home signs in at ${choice}; it isn’t moved there unasked, because people would get new accounts.`,
    );
  });

  test('is waited for in words', () => {
    const wait = resolveIn(app('home/wiki', {}, withIdentity), home(linked, [identityApp, starting]));
    expect(planned(wait).bindings[0]?.awaits).toBe(
      `It moves from ${old} to ${choice} when ${choice} is Ready.`,
    );
  });

  test('is taken at once where nothing has come of the other yet', () => {
    const waiting = app(
      'home/wiki',
      {},
      { status: { observedGeneration: 1, bindings: [binding('sso', 'SSOClient', old, 'Waiting')] } },
    );
    expect(outcomes(resolveIn(waiting, home()))).toEqual([`sso: Bound ${choice}`]);
  });
});

describe('the plan of a move', () => {
  const stepOf = (wiki: App, where: ReturnType<typeof home>) =>
    planned(resolveIn(wiki, where))
      .plan.levels.flatMap(({ steps }) => steps)
      .find(({ id }) => id === 'bind:sso');

  test('says from where to where, who restarts, and what becomes of accounts', () => {
    expect(stepOf(app('home/wiki', {}, withIdentity), home())).toMatchObject({
      action: 'Rewire',
      provider: { name: 'keycloak' },
      reason: `It moves from ${old} to ${choice}, as the home chooses.`,
      restarts: [{ namespace: 'home', name: 'wiki' }],
      data: 'The accounts that people have are joined by username.',
    });
  });

  test('says the same of one that the App itself asks for', () => {
    const asks = app(
      'home/wiki',
      { integrations: [{ name: 'sso', providerRef: { namespace: 'hearth-providers', name: 'keycloak' } }] },
      withIdentity,
    );
    const { signOn: _, ...undecided } = home(unlinked);
    const steps = planned(resolveIn(asks, undecided)).plan.levels.flatMap(({ steps }) => steps);
    expect(steps.find(({ id }) => id === 'bind:sso')).toMatchObject({
      action: 'Rewire',
      reason: `It moves from ${old} to ${choice}, which was chosen.`,
      data: expect.stringContaining('may get new accounts'),
    });
  });
});
