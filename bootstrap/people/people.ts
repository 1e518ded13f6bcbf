import {
  type AccountsReport,
  accountsReport,
  type DevicesReport,
  devicesReport,
  type EnrolmentReport,
  enrolmentReport,
  Group,
  identityPaths,
  User,
} from '@hearth/domain';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';
import { waitUntil } from '../waiting.ts';
import type { IdentityAdmin } from './identity-admin.ts';

/** Who is to be added. */
export interface NewPerson {
  readonly name: string;
  readonly displayName?: string | undefined;
  readonly email?: string | undefined;
  /** Made where they are not there. */
  readonly groups: readonly string[];
}

/** Says who there is to be; a person who is there already is left as they are, and joins the groups. */
export async function declarePerson(kubectl: Kubectl, person: NewPerson): Promise<void> {
  const { name, displayName, email, groups } = person;
  const there = await kubectl(['get', 'user.iam.hearth.dev', name, '--ignore-not-found', '-o', 'name']);
  if (there === '') {
    const spec = { ...(displayName ? { displayName } : {}), ...(email ? { email } : {}) };
    const { apiVersion, kind } = User;
    await kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion, kind, metadata: { name }, spec }));
  }
  for (const group of groups) await joinGroup(kubectl, group, name);
}

/** Applies one member under a field manager of its own: the others, and who else declares the group, stay. */
async function joinGroup(kubectl: Kubectl, group: string, member: string): Promise<void> {
  const { apiVersion, kind } = Group;
  const manifest = { apiVersion, kind, metadata: { name: group }, spec: { members: [member] } };
  await kubectl(
    ['apply', '--server-side', `--field-manager=kiko-user-${member}`, '-f', '-'],
    JSON.stringify(manifest),
  );
}

/**
 * A link with which a person makes one device theirs, once.
 * @throws Failure where identity is not told of the person within half a minute.
 */
export async function enrolmentLink(
  admin: IdentityAdmin,
  name: string,
  validMinutes: number,
): Promise<EnrolmentReport> {
  let link: EnrolmentReport | undefined;
  const asked = async () => {
    link = await admin.ask('POST', identityPaths.enrolment(name), enrolmentReport, { validMinutes });
    return link !== undefined;
  };
  await waitUntil(`identity learning of ${name}`, asked, { seconds: 30, everyMilliseconds: 500 });
  if (link === undefined) throw new Failure(`identity gave no link for ${name}.`);
  return link;
}

/** Everybody whom identity knows. */
export async function everyone(admin: IdentityAdmin): Promise<AccountsReport['users']> {
  return (await admin.ask('GET', identityPaths.accounts, accountsReport))?.users ?? [];
}

/** What a person can sign in with. @throws Failure where identity doesn't know them. */
export async function devicesOf(admin: IdentityAdmin, name: string): Promise<DevicesReport['devices']> {
  const report = await admin.ask('GET', identityPaths.devices(name), devicesReport);
  if (report === undefined)
    throw new Failure(`identity knows nobody called ${name}; kiko user list says whom.`);
  return report.devices;
}

/** Devices, a line each: with its id where another one has its name, so that it can be told from that. */
export const deviceLines = (devices: DevicesReport['devices']): readonly string[] =>
  devices.map(({ id, name, lastUsed }) => {
    const isOnly = devices.filter((other) => other.name === name).length === 1;
    return `${name}: ${lastUsed ?? 'never used'}${isOnly ? '' : `, id ${id}`}`;
  });

/** Takes a device away from a person, by its name or its id; its sessions end. @throws Failure unless just one has it. */
export async function revokeDevice(admin: IdentityAdmin, name: string, device: string): Promise<void> {
  const named = (await devicesOf(admin, name)).filter((each) => each.name === device || each.id === device);
  const [only] = named;
  if (only === undefined || named.length > 1) {
    const several = named.length > 1 ? 'several devices' : 'no device';
    throw new Failure(`${name} has ${several} called ${device}; kiko user devices ${name} lists them.`);
  }
  await admin.remove(identityPaths.device(name, only.id));
}
