import { App, Home } from '@hearth/domain';
import {
  ConfigMap,
  type Context,
  type Controller,
  CustomResourceDefinition,
  mapped,
  measured,
  type Outcome,
  ready,
  Secret,
  stalled,
  waiting,
} from '@hearth/runtime';
import { ClusterIssuer } from '../certificate/kinds.ts';
import { authorityKey } from '../certificate/pair.ts';
import { managedSelector } from '../names.ts';
import { ensureAuthority } from './authority.ts';
import { replacementMessage } from './plan.ts';
import { publishAuthority } from './publish.ts';

/** How long until a Secret is looked at again that only a person can mend, in milliseconds. */
const recheck = 5 * 60_000;

const theHome = [{ name: 'home' }];

/** Keeps what all apps of the home have in common: its id, and the authority that its certificates come from. */
export const homeController: Controller<Home> = {
  name: 'home',
  kind: Home,
  owns: [{ kind: ConfigMap, selector: managedSelector }],
  watches: [
    mapped(Secret, (secret) => (secret.metadata.name === authorityKey.name ? theHome : []), {
      selector: managedSelector,
    }),
    // Where there are apps, their pods are told whom to trust.
    mapped(App, () => theHome, { aspect: ({ metadata }) => metadata.deletionTimestamp !== undefined }),
    mapped(ClusterIssuer, () => theHome, { optional: true }),
  ],
  gauges: [
    measured(Home, 'hearth_home_ready', 'Whether the Home is ready: 1 or 0.', ({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ? 1 : 0,
    ),
  ],

  async reconcile(home, context) {
    const id = home.spec.id ?? home.metadata.uid;
    const issuer = home.spec.certificateIssuer;
    return issuer.type === 'LocalCA'
      ? withLocalAuthority(home, id, context)
      : withCertManager(issuer, home, id, context);
  },
};

async function withLocalAuthority(home: Home, id: string | undefined, context: Context): Promise<Outcome> {
  const authority = await ensureAuthority(home, context);
  if (authority.do === 'refuse') {
    // A Secret that is restored without its labels is not watched.
    return stalled(authority.reason, authority.message, { status: { id }, conditions: [], after: recheck });
  }
  if (authority.do === 'make') announce(authority.replaced, context);
  const unpublished = await publishAuthority(home, authority.pem ?? '', context);
  return ready({
    status: { id, certificateAuthority: authority.pem },
    conditions: [...authority.conditions, ...unpublished],
    // The new Secret wakes the Home again.
    after: authority.do === 'keep' ? authority.after : undefined,
  });
}

function announce(replaced: string | undefined, { event }: Context): void {
  if (replaced !== undefined) event('Warning', 'AuthorityReplaced', replacementMessage(replaced));
  else {
    event(
      'Normal',
      'AuthorityMade',
      'The home has a certificate authority: phones and laptops that trust it (status.certificateAuthority) open ' +
        'every app without a warning.',
    );
  }
}

/**
 * Ready where certificates can be had: cert-manager is installed, and a ClusterIssuer that is named is there.
 * An Issuer lives in each app's namespace, so the Route that misses it says so.
 */
async function withCertManager(
  issuer: Extract<Home['spec']['certificateIssuer'], { type: 'CertManager' }>,
  home: Home,
  id: string | undefined,
  context: Context,
): Promise<Outcome> {
  const { read } = context;
  // People trust a public authority already: there is none to hand out.
  const conditions = await publishAuthority(home, '', context);
  const detail = { status: { id, certificateAuthority: null }, conditions };
  const named = issuer.issuerKind === 'ClusterIssuer';
  if (named && read.get(ClusterIssuer, { name: issuer.name })) return ready(detail);
  const definition = await read.live(CustomResourceDefinition, { name: 'certificates.cert-manager.io' });
  if (definition === undefined) {
    return waiting(
      'CertManagerMissing',
      'The home’s certificates come from cert-manager, which is not installed: install it, or set ' +
        'spec.certificateIssuer.type to LocalCA.',
      detail,
    );
  }
  if (!named) return ready(detail);
  return waiting(
    'IssuerMissing',
    `There is no ClusterIssuer ${issuer.name}: make it, or name another.`,
    detail,
  );
}
