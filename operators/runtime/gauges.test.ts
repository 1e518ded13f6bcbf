import { Registry } from 'prom-client';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Controller, measured } from './controller.ts';
import { Greeting, type GreetingObject } from './fixtures/api.ts';
import { serveGauges } from './gauges.ts';
import { createInformers } from './informers.ts';
import { Namespace } from './kinds/core.ts';
import { ready } from './outcome.ts';
import { kindText } from './resource.ts';
import { fakeClock } from './testing.ts';

const controllerOf = (more: Partial<Controller>): Controller => ({
  name: 'greeter',
  kind: Greeting,
  reconcile: async () => ready(),
  ...more,
});
const unused = () => {
  throw new Error('a gauge asks the caches only');
};
const transport = { request: unused, stream: unused, gated: unused, close: unused };
const informersOf = (controller: Controller) =>
  createInformers([controller], { transport, clock: fakeClock(), onError: unused });

const greeting = (name: string, text: string): GreetingObject => ({
  apiVersion: Greeting.apiVersion,
  kind: Greeting.kind,
  metadata: { namespace: 'home', name },
  spec: { text },
});

let registry: Registry;
beforeEach(() => {
  registry = new Registry();
});
const values = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values;

describe('what a controller measures', () => {
  const length = measured(Greeting, 'greeting_length', 'Characters of a Greeting.', ({ spec }) =>
    spec.text === 'secret' ? undefined : spec.text.length,
  );

  test('is told of the objects that there are at that moment', async () => {
    const controller = controllerOf({ gauges: [length] });
    const informers = informersOf(controller);
    serveGauges([controller], informers, registry);
    expect(await values('greeting_length')).toEqual([]);
    const cache = informers.of(controller).get(kindText(Greeting))?.cache;
    for (const each of [greeting('a', 'hello'), greeting('b', 'good day'), greeting('c', 'secret')])
      cache?.put(each);
    expect(await values('greeting_length')).toEqual([
      { labels: { namespace: 'home', name: 'a' }, value: 5 },
      { labels: { namespace: 'home', name: 'b' }, value: 8 },
    ]);
    cache?.remove(greeting('a', 'hello'));
    cache?.put(greeting('b', 'bye'));
    expect(await values('greeting_length')).toEqual([{ labels: { namespace: 'home', name: 'b' }, value: 3 }]);
  });

  test('has no namespace where the kind has none', async () => {
    const one = measured(Namespace, 'namespace_seen', 'Always 1.', () => 1);
    const controller = controllerOf({ reads: [Namespace], gauges: [one] });
    const informers = informersOf(controller);
    serveGauges([controller], informers, registry);
    informers
      .of(controller)
      .get(kindText(Namespace))
      ?.cache.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'home' } });
    expect(await values('namespace_seen')).toEqual([{ labels: { name: 'home' }, value: 1 }]);
  });

  test('must be of a kind that it declares', () => {
    const one = measured(Namespace, 'namespace_seen', 'Always 1.', () => 1);
    const controller = controllerOf({ gauges: [one] });
    expect(() => serveGauges([controller], informersOf(controller), registry)).toThrow(
      'controller greeter measures v1/Namespace without declaring it in owns, watches or reads',
    );
  });
});
