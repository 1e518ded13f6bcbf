import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppDefinition, checkDefinition } from '@hearth/domain';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './harness/control-plane.ts';
import { installDefinitions } from './harness/definitions.ts';
import { exampleCommands, exampleObjects } from './harness/examples.ts';
import { type Kubectl, kubectlOf } from './harness/kubectl.ts';

const root = join(import.meta.dirname, '..');
const objects = await exampleObjects();
const commands = await exampleCommands();
/** Of its own: the names in the pages are everybody's. */
let plane: ControlPlane;
let kubectl: Kubectl;

beforeAll(async () => {
  plane = await startControlPlane();
  kubectl = await kubectlOf(plane.kubeconfig);
  await installDefinitions(kubectl);
  for (const namespace of ['home', 'hearth-providers', 'hearth-machines'])
    await kubectl(['create', 'namespace', namespace]);
});
afterAll(() => plane?.stop());

describe('what stands in a page', () => {
  test.each(objects)('$place: the API server takes the $object.kind', async ({ object }) => {
    const answer = await kubectl(
      ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-o', 'json', '-f', '-'],
      object,
    );
    expect(answer.stderr).toBe('');
    if (object.kind === 'AppDefinition') {
      expect(checkDefinition(JSON.parse(answer.stdout) as AppDefinition)).toEqual([]);
    }
  });

  const makes = commands.filter(({ text }) => text.startsWith('make '));
  test.each(makes)('$place: $text is a target', async ({ text }) => {
    const [, target] = text.split(' ');
    expect(await readFile(join(root, 'Makefile'), 'utf8')).toContain(`\n${target}: `);
  });

  const kikos = commands.filter(({ text }) => text.startsWith('npm run kiko -- '));
  test.each(kikos)('$place: $text is a command of kiko, with its options', async ({ text }) => {
    const words = text.replace('npm run kiko -- ', '').split(' ');
    // What comes after kubectl is kubectl's.
    const asked = words[0] === 'kubectl' ? ['kubectl'] : words;
    const { stdout, exitCode } = await execa(
      process.execPath,
      [join(root, 'bootstrap/kiko.ts'), ...asked, '--help'],
      { reject: false },
    );
    expect(exitCode).toBe(0);
    const [usage = ''] = stdout.split('\n');
    expect(text.replace('npm run kiko -- ', 'kiko ')).toMatch(new RegExp(`^${commandOf(usage)}( |$)`));
    for (const option of asked.filter((word) => word.startsWith('-')))
      expect(stdout).toMatch(new RegExp(`\\s${option}[ ,]`));
  });

  test('there is something to try', () => {
    expect(objects.length).toBeGreaterThan(4);
    expect(makes.length + kikos.length).toBeGreaterThan(5);
  });
});

/** The words that name a command: `kiko user add`, of `Usage: kiko user add [options] <name>`. */
const commandOf = (usage: string): string => /^Usage: ([a-z ]*[a-z])/.exec(usage)?.[1] ?? 'no usage';
