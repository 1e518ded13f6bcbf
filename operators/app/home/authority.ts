import type { Home } from '@hearth/domain';
import { type Context, type Immutable, Secret, type SecretObject } from '@hearth/runtime';
import { encodeSecret } from '../binding.ts';
import { authorityKey, isLimitedTo, readPair, tlsSecret } from '../certificate/pair.ts';
import { labels, manager } from '../names.ts';
import { type Authority, type AuthorityPlan, planAuthority, replacedBecause } from './plan.ts';

/** The home's authority as it is now, made where it is missing. */
export async function ensureAuthority(
  home: Home,
  context: Context,
): Promise<AuthorityPlan & { pem?: string }> {
  const { read, act, clock } = context;
  const domain = home.spec.domain;
  // One that was restored from a backup may lack the label that the cache selects by.
  const secret = read.get(Secret, authorityKey) ?? (await read.live(Secret, authorityKey));
  const plan = planAuthority(authorityOf(secret, domain), home.status?.certificateAuthority, clock.now());
  if (plan.do === 'make') return { ...plan, pem: await makeAnew(domain, secret, plan.replaced, context) };
  if (plan.do === 'keep' && secret?.metadata.labels?.[labels.managedBy] !== manager) {
    await act.patch(Secret, authorityKey, { metadata: { labels: { [labels.managedBy]: manager } } });
  }
  return plan.do === 'keep' ? { ...plan, pem: readPair(secret)?.certificate.toString() ?? '' } : plan;
}

/** What the Secret holds; undefined where it isn't there. */
function authorityOf(secret: Immutable<SecretObject> | undefined, domain: string): Authority | undefined {
  if (secret === undefined) return undefined;
  const pair = readPair(secret);
  if (!pair?.certificate.ca) return { readable: false };
  return {
    readable: true,
    limitedToDomain: isLimitedTo(pair.certificate, domain),
    made: pair.certificate.validFromDate,
    ends: pair.certificate.validToDate,
    replaced: secret.metadata.annotations?.[replacedBecause],
  };
}

async function makeAnew(
  domain: string,
  old: Immutable<SecretObject> | undefined,
  replaced: string | undefined,
  { act, clock }: Context,
): Promise<string> {
  const { makeAuthority } = await import('../certificate/sign.ts');
  const pem = await makeAuthority(domain, clock.now());
  const annotations = replaced === undefined ? {} : { [replacedBecause]: replaced };
  if (old === undefined) {
    const secret = tlsSecret(authorityKey, pem);
    await act.create({ ...secret, metadata: { ...secret.metadata, annotations } });
  } else {
    // Only the very object that was looked at: another's new authority is not to be lost.
    const { resourceVersion } = old.metadata;
    const data = encodeSecret({ 'tls.crt': pem.certificate, 'tls.key': pem.key });
    await act.patch(Secret, authorityKey, {
      metadata: { resourceVersion, annotations, labels: { [labels.managedBy]: manager } },
      data,
    });
  }
  return pem.certificate;
}
