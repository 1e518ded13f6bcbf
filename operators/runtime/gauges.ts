import { Gauge, type Registry } from 'prom-client';
import type { Controller, ObjectGauge } from './controller.ts';
import type { Informers } from './informers.ts';
import { type Immutable, kindText, type Resource } from './resource.ts';
import type { Cache } from './watch/cache.ts';

/**
 * Serves what controllers measure of the objects in their caches, labelled with `namespace` and `name`. It is
 * computed when it is asked for, and costs nothing in between.
 * @throws where a controller measures a kind that it does not declare.
 */
export function serveGauges(
  controllers: readonly Controller[],
  informers: Pick<Informers, 'of'>,
  registry: Registry,
): void {
  for (const controller of controllers) {
    for (const gauge of controller.gauges ?? []) {
      const informer = informers.of(controller).get(kindText(gauge.kind));
      if (!informer)
        throw new Error(
          `controller ${controller.name} measures ${kindText(gauge.kind)} without declaring it in owns, watches or reads`,
        );
      serveGauge(gauge, informer.cache, registry);
    }
  }
}

function serveGauge({ kind, name, help, value }: ObjectGauge, cache: Cache, registry: Registry): void {
  new Gauge({
    registers: [registry],
    name,
    help,
    labelNames: kind.namespaced ? ['namespace', 'name'] : ['name'],
    collect() {
      // What was said of objects that are gone.
      this.reset();
      for (const object of cache.list({})) {
        const measure = value(object);
        if (measure !== undefined) this.set(labelsOf(object), measure);
      }
    },
  });
}

const labelsOf = ({ metadata: { namespace, name } }: Immutable<Resource>) =>
  namespace === undefined ? { name } : { namespace, name };
