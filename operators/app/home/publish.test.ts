import { App, Home } from '@hearth/domain';
import { ConfigMap, type Resource } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { describe, expect, test } from 'vitest';
import { publishAuthority } from './publish.ts';

const home = {
  apiVersion: Home.apiVersion,
  kind: Home.kind,
  metadata: { name: 'home', uid: 'home' },
  spec: Home.spec.parse({ domain: 'hearth.home.arpa' }),
} as Home;
const app = (namespace: string, name: string, spec: object = {}, metadata: object = {}): Resource =>
  ({
    apiVersion: App.apiVersion,
    kind: App.kind,
    metadata: { namespace, name, ...metadata },
    spec: { definition: name, ...spec },
  }) as Resource;
const external = { external: { host: 'nas.lan' } };

function cluster(...apps: readonly Resource[]) {
  const context = fakeContext({ objects: [home, ...apps] });
  const published = () =>
    Object.fromEntries(
      context.read.list(ConfigMap).map(({ metadata, data }) => [metadata.namespace, data?.['ca.crt']]),
    );
  return { context, published };
}

describe('the certificate of the authority', () => {
  test('is in each namespace whose pods may need it', async () => {
    const { context, published } = cluster(
      app('home', 'rss'),
      app('home', 'wiki'),
      app('work', 'wiki'),
      app('far', 'nas', external),
    );
    expect(await publishAuthority(home, 'PEM', context)).toEqual([]);
    expect(published()).toEqual({ home: 'PEM', work: 'PEM' });
  });

  test('is another everywhere when the authority is, and empty where there is none', async () => {
    const { context, published } = cluster(app('home', 'rss'));
    await publishAuthority(home, 'PEM', context);
    await publishAuthority(home, 'NEW', context);
    expect(published()).toEqual({ home: 'NEW' });
    await publishAuthority(home, '', context);
    expect(published()).toEqual({ home: '' });
  });

  test('goes from where the last app has gone, and not before', async () => {
    const { context, published } = cluster(app('home', 'rss'), app('work', 'wiki'));
    await publishAuthority(home, 'PEM', context);
    await context.act.patch(
      App,
      { namespace: 'work', name: 'wiki' },
      { metadata: { deletionTimestamp: 'now' } },
    );
    await publishAuthority(home, 'PEM', context);
    expect(published()).toEqual({ home: 'PEM', work: 'PEM' });
    await context.act.delete(App, { namespace: 'work', name: 'wiki' });
    await publishAuthority(home, 'PEM', context);
    expect(published()).toEqual({ home: 'PEM' });
  });

  test('is not made where everything is being deleted', async () => {
    const { context, published } = cluster(app('home', 'rss', {}, { deletionTimestamp: 'now' }));
    await publishAuthority(home, 'PEM', context);
    expect(published()).toEqual({});
  });
});
