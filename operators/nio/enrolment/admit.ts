import type { Admission, AdmissionRequest, EnrolmentStanding } from '@hearth/domain';
import { isNotFound, resourcePath, ServiceAccount } from '@hearth/runtime';
import { isAdmitted } from '../assignment.ts';
import { accountName, machinesNamespace } from '../names.ts';
import type { ApiEndpoint } from './api-endpoint.ts';
import { type Enrolment, standing } from './enrol.ts';
import { Refusal, refuseForgotten } from './refusal.ts';

/** How long a token lasts, in seconds: the agent renews it long before. */
export const TOKEN_SECONDS = 86_400;

/**
 * Lets an approved machine in: a token of its own account, and where to go with it. One that nobody has approved gets
 * its standing.
 * @throws Refusal where no machine has this key, or it is not to be let in any more.
 */
export async function admit(
  { publicKey }: AdmissionRequest,
  enrolment: Enrolment,
  endpoint: () => Promise<ApiEndpoint>,
): Promise<Admission | EnrolmentStanding> {
  const machine = await enrolment.machines.withKey(publicKey);
  if (!machine) {
    throw new Refusal(404, 'No machine with this key is known here. It has to enrol first.');
  }
  // One that is being removed is let in until it has gone back to golden: it has to be told to.
  refuseForgotten(machine);
  if (!isAdmitted(machine)) return standing(machine, enrolment.pin, publicKey);
  const { name } = machine.metadata;
  const [{ apiServer, authority }, { token, expirationTimestamp }] = await Promise.all([
    endpoint(),
    tokenFor(name, enrolment),
  ]);
  return {
    namespace: machinesNamespace,
    machine: name,
    apiServer,
    authority,
    token,
    expires: new Date(expirationTimestamp).toISOString(),
  };
}

interface TokenStatus {
  readonly token: string;
  readonly expirationTimestamp: string;
}

async function tokenFor(machine: string, { transport }: Enrolment): Promise<TokenStatus> {
  const key = { namespace: machinesNamespace, name: accountName(machine) };
  try {
    const { status } = await transport.request<{ readonly status: TokenStatus }>({
      method: 'POST',
      path: `${resourcePath(ServiceAccount, key)}/token`,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: TOKEN_SECONDS },
      },
    });
    return status;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Refusal(
      503,
      `Machine ${machine} is approved; its account is about to be made, or was just taken away.`,
      2,
    );
  }
}
