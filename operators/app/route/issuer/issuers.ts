import type { Home } from '@hearth/domain';
import { certManager } from './cert-manager.ts';
import type { CertificateIssuer } from './issuer.ts';
import { localAuthority } from './local-ca.ts';

/** Where this home's certificates come from. */
export function issuerOf({ spec }: Home): CertificateIssuer {
  const issuer = spec.certificateIssuer;
  return issuer.type === 'LocalCA' ? localAuthority : certManager(issuer);
}
