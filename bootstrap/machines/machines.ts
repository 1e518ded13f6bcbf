import { randomBytes } from 'node:crypto';
import { joinToken, joinTokenText, Machine, NixOSConfiguration } from '@hearth/domain';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';
import type { PatchStep } from './approve.ts';
import { nioKeyOf } from './nio.ts';

/** The one namespace in which machines and their configurations are. */
const MACHINES_NAMESPACE = 'hearth-machines';

const RESOURCE = `${Machine.plural}.${Machine.group}`;
const CONFIGURATION = `${NixOSConfiguration.plural}.${NixOSConfiguration.group}`;
const inNamespace = ['--namespace', MACHINES_NAMESPACE] as const;

/** All machines, by name. */
export async function allMachines(kubectl: Kubectl): Promise<readonly Machine[]> {
  const list: { items: Machine[] } = JSON.parse(
    await kubectl(['get', RESOURCE, ...inNamespace, '-o', 'json']),
  );
  return list.items;
}

/** The machine of that name. @throws Failure where there is none. */
export async function machineNamed(kubectl: Kubectl, name: string): Promise<Machine> {
  const found = await kubectl(['get', RESOURCE, name, ...inNamespace, '--ignore-not-found', '-o', 'json']);
  if (found === '') throw new Failure(`There is no machine ${name}; kiko machine list says which there are.`);
  return JSON.parse(found);
}

/** Changes a machine as it was read. @throws Failure where it is another by now. */
export async function patchMachine(
  kubectl: Kubectl,
  machine: Machine,
  patch: readonly PatchStep[],
): Promise<void> {
  if (patch.length === 0 || (await wasPatched(kubectl, machine, patch))) return;
  throw new Failure(
    `${machine.metadata.name} has changed since it was looked at, so nothing was done: see kiko machine list, and try again.`,
  );
}

/** Changes a machine, and says whether that was done: false where a test of the patch did not hold. */
export async function wasPatched(
  kubectl: Kubectl,
  { metadata: { name } }: Machine,
  patch: readonly PatchStep[],
): Promise<boolean> {
  const args = ['patch', RESOURCE, name, ...inNamespace, '--type=json', `--patch=${JSON.stringify(patch)}`];
  try {
    await kubectl(args);
    return true;
  } catch (error) {
    if (error instanceof Failure && REJECTED.test(error.message)) return false;
    throw error;
  }
}

/** What the API server has kubectl say of a patch whose test fails. */
const REJECTED = /the server rejected our request|testing (path|value) .*failed/;

/** Sets fields of a machine’s spec. */
export const setMachine = (kubectl: Kubectl, name: string, spec: object): Promise<string> =>
  kubectl(['patch', RESOURCE, name, ...inNamespace, '--type=merge', `--patch=${JSON.stringify({ spec })}`]);

/** Takes a machine out of the home; what has to be undone on it before goes on by itself. */
export const deleteMachine = (kubectl: Kubectl, name: string): Promise<string> =>
  kubectl(['delete', RESOURCE, name, ...inNamespace, '--wait=false']);

/** All configurations. */
export async function allConfigurations(kubectl: Kubectl): Promise<readonly NixOSConfiguration[]> {
  const list: { items: NixOSConfiguration[] } = JSON.parse(
    await kubectl(['get', CONFIGURATION, ...inNamespace, '-o', 'json']),
  );
  return list.items;
}

/** Reads how a configuration is rolled out. @throws Failure where there is none of that name. */
export async function configurationNamed(kubectl: Kubectl, name: string): Promise<NixOSConfiguration> {
  const found = await kubectl([
    'get',
    CONFIGURATION,
    name,
    ...inNamespace,
    '--ignore-not-found',
    '-o',
    'json',
  ]);
  if (found === '') throw new Failure(`There is no NixOSConfiguration ${name} in ${MACHINES_NAMESPACE}.`);
  return JSON.parse(found);
}

/** Says how it is to be rolled out from now on. */
export const setRollout = (kubectl: Kubectl, name: string, rollout: object): Promise<string> =>
  kubectl([
    'patch',
    CONFIGURATION,
    name,
    ...inNamespace,
    '--type=merge',
    `--patch=${JSON.stringify({ spec: { rollout } })}`,
  ]);

/** What a join token is to be for. */
export interface JoinTokenWish {
  /** What it is called; chosen where not given. */
  readonly name?: string | undefined;
  /** RFC 3339. */
  readonly expires: string;
  readonly disk?: string | undefined;
  readonly erase?: boolean | undefined;
}

/**
 * A token with which one machine joins without anybody comparing codes, as the machine is to be given it: with NIO's key.
 * @throws Failure where NIO has none yet.
 */
export async function makeJoinToken(
  kubectl: Kubectl,
  { name, expires, disk, erase }: JoinTokenWish,
): Promise<{ readonly name: string; readonly token: string; readonly expires: string }> {
  const nioKey = await nioKeyOf(kubectl);
  if (nioKey === undefined)
    throw new Failure('NIO has no key yet by which a machine could know it: try again once it runs.');
  const token = randomBytes(32).toString('base64url');
  const secretName = `join-${name ?? randomBytes(5).toString('hex')}`;
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName, namespace: MACHINES_NAMESPACE, labels: { [joinToken.label]: 'true' } },
    type: joinToken.type,
    stringData: { token, expires, ...(disk ? { disk } : {}), ...(erase ? { erase: 'true' } : {}) },
  };
  // By standard input: arguments can be read by every user of this machine.
  await kubectl(['create', '-f', '-'], JSON.stringify(secret));
  return { name: secretName, token: joinTokenText(token, nioKey), expires };
}
