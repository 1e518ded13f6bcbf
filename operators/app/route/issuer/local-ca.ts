import { type Context, Secret } from '@hearth/runtime';
import { Certificate } from '../../certificate/kinds.ts';
import {
  authorityKey,
  dnsNamesOf,
  isLimitedTo,
  isSignedBy,
  type Pair,
  readPair,
  tlsSecret,
} from '../../certificate/pair.ts';
import { type Leaf, planLeaf } from '../plan.ts';
import type { CertificateIssuer, CertificateRequest } from './issuer.ts';

/** Signs with the home's own authority, which the Home controller keeps. */
export const localAuthority: CertificateIssuer = {
  async ensure(request, context) {
    const { read, clock } = context;
    const { home, route, host } = request;
    const authority = readPair(read.get(Secret, authorityKey));
    const now = clock.now();
    if (authority === undefined || !isLimitedTo(authority.certificate, home.spec.domain)) {
      return {
        ready: false,
        reason: 'AuthorityMissing',
        message: 'The home’s certificate authority is being made.',
      };
    }
    if (authority.certificate.validToDate <= now) {
      const message = 'The home’s certificate authority has ended: see the conditions of Home home.';
      return { ready: false, reason: 'AuthorityEnded', message };
    }
    // Left from a home that had cert-manager, it would write into the same Secret.
    for (const { metadata } of read.owned(Certificate, route))
      await context.act.delete(Certificate, metadata, { uid: metadata.uid });
    const present = read.get(Secret, { namespace: route.metadata.namespace, name: request.secretName });
    const plan = planLeaf(leafOf(readPair(present), authority), host, authority.certificate.validToDate, now);
    if (plan.do === 'keep') return { ready: true, renewIn: plan.renewIn };
    await issue(request, authority, { taken: present !== undefined }, context);
    context.event(
      'Normal',
      'CertificateIssued',
      `A certificate for ${host} was issued, since ${plan.because}.`,
    );
    // The new Secret wakes the route again.
    return { ready: true, renewIn: undefined };
  },
};

function leafOf(pair: Pair | undefined, authority: Pair): Leaf | undefined {
  if (pair === undefined) return undefined;
  return {
    hosts: dnsNamesOf(pair.certificate),
    fromAuthority: isSignedBy(pair.certificate, authority.certificate),
    made: pair.certificate.validFromDate,
    ends: pair.certificate.validToDate,
  };
}

/** `taken`: a Secret of the suite is there, perhaps written by cert-manager, which then no longer does. */
async function issue(
  { route, host, secretName }: CertificateRequest,
  authority: Pair,
  { taken }: { readonly taken: boolean },
  { act, clock }: Context,
): Promise<void> {
  const { signLeaf } = await import('../../certificate/sign.ts');
  const leaf = await signLeaf(authority, host, clock.now());
  const key = { namespace: route.metadata.namespace ?? '', name: secretName };
  const secret = tlsSecret(key, leaf, authority.certificate.toString());
  await act.apply(secret, { owner: route, ...(taken ? { force: true } : {}) });
}
