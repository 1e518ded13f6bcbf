import { APEX, App, PROVIDERS_NAMESPACE, Route, reservedHosts } from '@hearth/domain';
import { controllerOf, type Read } from '@hearth/runtime';
import { systemNamespace } from '../names.ts';
import { holderOf, hostRefusal, type Refusal } from './plan.ts';

/** The index of Routes by the host that they ask for. */
export const byHost = 'host';

/** Why another than this route has the host; undefined where it is this one's. */
export function hostRefusalOf(route: Route, host: string, read: Read): Refusal | undefined {
  const rivals = read.list(Route, { index: [byHost, route.spec.host] });
  const holder = holderOf(rivals, host, (rival) => mayHold(rival, read));
  return hostRefusal(route, holder, host);
}

/**
 * A reserved host is for the Route of the identity provider. Whoever may write Routes could give one any label or
 * owner, and call an App of theirs identity; in the providers' namespace only the home's admins can. They alone write
 * in the suite's, too: who has the domain itself speaks for the home.
 */
function mayHold(route: Route, read: Read): boolean {
  if (route.spec.host === APEX) return route.metadata.namespace === systemNamespace;
  if (!reservedHosts.includes(route.spec.host)) return true;
  const owner = controllerOf(route);
  if (route.metadata.namespace !== PROVIDERS_NAMESPACE || owner?.kind !== App.kind) return false;
  const app = read.get(App, { namespace: PROVIDERS_NAMESPACE, name: owner.name });
  return app?.metadata.uid === owner.uid && app.spec.definition === 'identity';
}
