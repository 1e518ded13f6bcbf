import { flakeCredentialKeys } from '@hearth/domain/enrolment-api';
import { z } from 'zod';
import type { Wire } from '../api/wire.ts';
import type { FlakeCredentials } from '../system/system.ts';
import type { Contents } from './deliver.ts';

const secret = z.object({ data: z.record(z.string(), z.string()).optional() });

/** Reads the one Secret that is for this machine. What is in it is kept by nobody. */
export async function readOwnSecret(wire: Wire, namespace: string, machine: string): Promise<Contents> {
  const path = `/api/v1/namespaces/${namespace}/secrets/machine-${machine}-files`;
  const { data = {} } = secret.parse(await wire.request<unknown>({ method: 'GET', path }));
  return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
}

/** What a flake's repository asks for, as the Secret has it. */
export function credentialsIn(contents: Contents): FlakeCredentials | undefined {
  const text = (key: keyof typeof flakeCredentialKeys) =>
    contents.get(flakeCredentialKeys[key])?.toString('utf8');
  const [privateKey, password] = [text('ssh-privatekey'), text('password')];
  if (privateKey !== undefined) return { kind: 'ssh', privateKey, knownHosts: text('known_hosts') ?? '' };
  // Forges take a token as the password of anybody.
  if (password !== undefined) return { kind: 'password', username: text('username') ?? 'git', password };
  return undefined;
}
