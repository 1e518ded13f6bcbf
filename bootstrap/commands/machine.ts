import { Command } from 'commander';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';
import { type Approval, approvalPatch } from '../machines/approve.ts';
import {
  allConfigurations,
  allMachines,
  deleteMachine,
  machineNamed,
  makeJoinToken,
  patchMachine,
  setMachine,
} from '../machines/machines.ts';
import { flakeToPreview, type PreviewWish, previewOn } from '../machines/preview.ts';
import { diffText, machineSummary, machineTable, previewText } from '../machines/text.ts';
import {
  askYes,
  type CommonOptions,
  clusterKubectl,
  FORMATS,
  kikoCommand,
  minutes,
  presentCluster,
  printResult,
} from './options.ts';

/** `kiko machine …`: the machines of the home. */
export const machineCommand = (): Command =>
  new Command('machine')
    .description('machines of the home: take them in, see what changes on them, take them back')
    .addCommand(listCommand())
    .addCommand(approveCommand())
    .addCommand(diffCommand())
    .addCommand(revertCommand())
    .addCommand(removeCommand())
    .addCommand(tokenCommand());

const kubectlOf = async ({ name }: CommonOptions): Promise<Kubectl> =>
  clusterKubectl(await presentCluster(name));

const command = (name: string, description: string): Command => kikoCommand(name, description, FORMATS);

const listCommand = (): Command =>
  command('list', 'list the machines, and the codes of those that nobody has approved').action(
    async (options: CommonOptions) => {
      const machines = await allMachines(await kubectlOf(options));
      printResult(options, machines, machineTable(machines));
    },
  );

const approveCommand = (): Command =>
  command('approve', 'say that a machine belongs to the home')
    .argument('<machine>', 'its name, as kiko machine list has it')
    .option('--code <code>', 'the code that the screen of the machine shows')
    .option('--disk <serial>', 'install on this disk, and on no other')
    .option('--erase', 'all that is on that disk may be lost')
    .action(async (name: string, options: CommonOptions & Approval) => {
      if (options.erase && options.disk === undefined)
        throw new Failure('--erase is about a disk: name it by --disk SERIAL.');
      const kubectl = await kubectlOf(options);
      const machine = await machineNamed(kubectl, name);
      // Refused before anybody is asked to walk to the machine.
      const patch = approvalPatch(machine, options);
      if (options.code === undefined && !machine.spec.approval) {
        process.stderr.write(`${machineSummary(machine)}\n`);
        await askYes(`Does its screen show ${machine.status?.pairingCode}?`, '--code CODE');
      }
      await patchMachine(kubectl, machine, patch);
      printResult(options, await machineNamed(kubectl, name), `${name} belongs to the home.`);
    });

const diffCommand = (): Command =>
  command('diff', 'show what a change would do to a machine, without doing it; or what the last one did')
    .argument('<machine>', 'its name')
    .option('--ref <branch>', 'look at this branch or tag')
    .option('--revision <commit>', 'look at this commit; with --ref, where it is on another branch')
    .option('--flake <url>', 'look at another repository than that of its configuration')
    .option('--directory <folder>', 'look at the flake in this folder of the repository')
    .option('--attribute <name>', 'look at this one of the flake’s systems')
    .action(async (name: string, options: CommonOptions & PreviewWish) => {
      const kubectl = await kubectlOf(options);
      const machine = await machineNamed(kubectl, name);
      const flake = flakeToPreview(machine, await allConfigurations(kubectl), options);
      if (!flake) {
        printResult(options, { apply: machine.status?.agent?.apply ?? null }, diffText(machine));
        return;
      }
      const made = await previewOn(kubectl, machine, flake, () =>
        process.stderr.write(`${name} builds it, to compare it with what runs; nothing is changed.\n`),
      );
      printResult(options, { preview: made }, previewText(name, made));
      if (made.phase === 'Failed') process.exitCode = 1;
    });

const revertCommand = (): Command =>
  command('revert', 'take a machine back to what it was installed with, until --undo')
    .argument('<machine>', 'its name')
    .option('--undo', 'have it follow its configuration again')
    .action(async (name: string, options: CommonOptions & { readonly undo?: boolean }) => {
      const kubectl = await kubectlOf(options);
      await machineNamed(kubectl, name);
      await setMachine(kubectl, name, { target: options.undo ? 'Configuration' : 'Golden' });
      const text = options.undo
        ? `${name} follows its configuration again.`
        : `${name} goes back to what it was installed with, and stays there: kiko machine revert ${name} --undo.`;
      printResult(options, await machineNamed(kubectl, name), text);
    });

const removeCommand = (): Command =>
  command('remove', 'take a machine out of the home; it goes back to what it was installed with')
    .argument('<machine>', 'its name')
    .option('--forget', 'it is gone for good, or not to be trusted: cut it off at once, and wait for nothing')
    .action(async (name: string, options: CommonOptions & { readonly forget?: boolean }) => {
      const kubectl = await kubectlOf(options);
      const machine = await machineNamed(kubectl, name);
      if (options.forget) await setMachine(kubectl, name, { forget: true });
      await deleteMachine(kubectl, name);
      const text = options.forget
        ? `${name} is forgotten: nothing lets it into the home any more.`
        : `${name} leaves the home once it has been taken back, in an hour at most; if it is off for so long, it keeps what it has. ` +
          `Until then it is let in: if it is lost, stolen or not to be trusted, kiko machine remove ${name} --forget cuts it off now.`;
      printResult(options, machine, text);
    });

const tokenCommand = (): Command =>
  command('token', 'make a token with which one machine joins, once, without anybody at its screen')
    .argument('[name]', 'what to call it')
    .option('--valid <minutes>', 'for how long', minutes, 60)
    .option('--disk <serial>', 'the machine may install on this disk')
    .option('--erase', 'all that is on that disk may be lost')
    .action(async (name: string | undefined, options: TokenOptions) => {
      if (options.erase && options.disk === undefined)
        throw new Failure('--erase is about a disk: name it by --disk SERIAL.');
      const expires = new Date(Date.now() + options.valid * 60_000).toISOString();
      const { disk, erase } = options;
      const made = await makeJoinToken(await kubectlOf(options), { name, expires, disk, erase });
      const text = `One machine joins with this token, until ${expires}:\n\n  ${made.token}\n\nIt knows NIO by it. Whoever has it can be that machine.`;
      printResult(options, made, text);
    });

interface TokenOptions extends CommonOptions {
  readonly valid: number;
  readonly disk?: string;
  readonly erase?: boolean;
}
