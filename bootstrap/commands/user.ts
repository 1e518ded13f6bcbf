import { Command } from 'commander';
import type { Kubectl } from '../kubectl.ts';
import { type IdentityAdmin, openIdentityAdmin } from '../people/identity-admin.ts';
import {
  declarePerson,
  deviceLines,
  devicesOf,
  enrolmentLink,
  everyone,
  revokeDevice,
} from '../people/people.ts';
import {
  type CommonOptions,
  clusterKubectl,
  kikoCommand,
  minutes,
  presentCluster,
  printResult,
} from './options.ts';

interface LinkOptions extends CommonOptions {
  readonly valid: number;
}

interface AddOptions extends LinkOptions {
  readonly displayName?: string;
  readonly email?: string;
  readonly groups: readonly string[];
}

/** `kiko user …`: the people of the home, and what they sign in with. */
export const userCommand = (): Command =>
  new Command('user')
    .description('people of the home: add them, and help them when their devices are gone')
    .addCommand(addCommand())
    .addCommand(recoverCommand())
    .addCommand(listCommand())
    .addCommand(devicesCommand())
    .addCommand(revokeCommand());

const linkCommand = (name: string, description: string): Command =>
  kikoCommand(name, description).option('--valid <minutes>', 'for how long the link works', minutes, 60);

const addCommand = (): Command =>
  linkCommand('add', 'add a person, and print the link with which they make a device theirs')
    .argument('<user>', 'their name, by which apps know them')
    .option('--display-name <name>', 'what people call them')
    .option('--email <address>', 'where mail reaches them')
    .option('--groups <names>', 'groups that they are to be in, with commas between', namesIn, [])
    .action(async (name: string, options: AddOptions) => {
      const { displayName, email, groups } = options;
      await withAdmin(options, async (admin, kubectl) => {
        await declarePerson(kubectl, { name, displayName, email, groups });
        await printLink(admin, name, options);
      });
    });

const namesIn = (text: string): string[] => text.split(',').filter((name) => name !== '');

const recoverCommand = (): Command =>
  linkCommand('recover', 'print a new link for someone whose devices and recovery codes are gone')
    .argument('<user>', 'their name')
    .action((name: string, options: LinkOptions) =>
      withAdmin(options, async (admin) => {
        // Nobody who isn't known is waited for.
        await devicesOf(admin, name);
        await printLink(admin, name, options);
      }),
    );

async function printLink(admin: IdentityAdmin, name: string, options: LinkOptions): Promise<void> {
  const link = await enrolmentLink(admin, name, options.valid);
  const text =
    `${name} makes a device theirs with this link, once, until ${link.expires}:\n\n  ${link.url}\n\n` +
    'Whoever opens it first is that person: give it to nobody else.';
  printResult(options, { name, ...link }, text);
}

const listCommand = (): Command =>
  kikoCommand('list', 'list who can sign in').action((options: CommonOptions) =>
    withAdmin(options, async (admin) => {
      const people = await everyone(admin);
      const lines = people.map(
        ({ name, passkeys, lastSignIn }) =>
          `${name}: ${passkeys} ${passkeys === 1 ? 'device' : 'devices'}, ${lastSignIn ? `last here ${lastSignIn}` : 'never here'}`,
      );
      printResult(options, people, lines.join('\n') || 'Nobody yet: kiko user add NAME.');
    }),
  );

const devicesCommand = (): Command =>
  kikoCommand('devices', 'list what a person can sign in with')
    .argument('<user>', 'their name')
    .action((name: string, options: CommonOptions) =>
      withAdmin(options, async (admin) => {
        const devices = await devicesOf(admin, name);
        printResult(options, devices, deviceLines(devices).join('\n') || `${name} has no device yet.`);
      }),
    );

const revokeCommand = (): Command =>
  kikoCommand('revoke', 'take a lost device away from a person; its sessions end')
    .argument('<user>', 'their name')
    .argument('<device>', 'the name of the device, or its id (after -- where it begins with a hyphen)')
    .action((name: string, device: string, options: CommonOptions) =>
      withAdmin(options, async (admin) => {
        await revokeDevice(admin, name, device);
        const text =
          `${device} can’t sign in as ${name} any more. Whoever has it may have made recovery codes and app ` +
          `passwords with it: ${name} makes new codes and looks through the passwords, on the pages of identity.`;
        printResult(options, { name, device }, text);
      }),
    );

async function withAdmin(
  { name }: CommonOptions,
  work: (admin: IdentityAdmin, kubectl: Kubectl) => Promise<void>,
): Promise<void> {
  const cluster = await presentCluster(name);
  const kubectl = await clusterKubectl(cluster);
  const admin = await openIdentityAdmin(kubectl, cluster.kubeconfig);
  try {
    await work(admin, kubectl);
  } finally {
    await admin.close();
  }
}
