import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

const base64url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]*$/);
const credentialId = () => base64url(1400).min(1);

const credential = {
  id: credentialId(),
  rawId: credentialId(),
  type: z.literal('public-key'),
};

const signInResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(4096),
    authenticatorData: base64url(4096),
    signature: base64url(4096),
    userHandle: base64url(128).nullish(),
  }),
});

const enrolResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(4096),
    attestationObject: base64url(32_768),
    transports: z.array(z.string().max(32)).max(8).optional(),
  }),
});

/** What an authenticator answers on signing in; undefined where a browser did not send such a thing. */
export function parseSignIn(body: unknown): AuthenticationResponseJSON | undefined {
  const { data } = signInResponse.safeParse(body);
  if (data === undefined) return undefined;
  const { userHandle, ...response } = data.response;
  return {
    ...data,
    response: { ...response, ...(typeof userHandle === 'string' && { userHandle }) },
    clientExtensionResults: {},
  };
}

/** What an authenticator answers on enrolling; undefined where a browser did not send such a thing. */
export function parseEnrolment(body: unknown): RegistrationResponseJSON | undefined {
  const { data } = enrolResponse.safeParse(body);
  if (data === undefined) return undefined;
  const { transports, ...response } = data.response;
  return {
    ...data,
    response: { ...response, ...(transports !== undefined && { transports }) },
    clientExtensionResults: {},
  };
}
