import { Secret } from '@hearth/runtime';
import { decodeSecret } from '../../operators/app/binding.ts';
import { asApp } from '../../operators/app/database/testing/server.ts';
import { bindingSecretName, childName, environmentSecretName } from '../../operators/app/names.ts';
import type { PostgresServer } from '../harness/postgres.ts';
import type { ApiClient } from './api-client.ts';

/** Where an App of the namespace `home` and its database are. */
export interface DatabaseUser {
  readonly client: ApiClient;
  readonly server: PostgresServer;
  /** An App with a slot `db`. */
  readonly app: string;
  /** The workload that is told of it by `DATABASE_URL`. */
  readonly workload: string;
}

/**
 * Runs a statement as the app does: with what is in its environment, and with what is in its binding.
 * @throws where the two differ, or the server refuses.
 */
export async function askAsApp(
  { client, server, app, workload }: DatabaseUser,
  statement: string,
): Promise<Record<string, unknown>[]> {
  const values = async (name: string) =>
    decodeSecret(await client.get(Secret, { namespace: 'home', name })) ?? {};
  const [environment, binding] = [
    await values(environmentSecretName(app)),
    await values(bindingSecretName(childName(app, 'db'))),
  ];
  const url = new URL(environment[`${workload}.DATABASE_URL`] ?? 'none:');
  const { password } = binding;
  if (password === undefined || decodeURIComponent(url.password) !== password)
    throw new Error(`App ${app} has another password than its binding`);
  return asApp(server, binding, statement);
}
