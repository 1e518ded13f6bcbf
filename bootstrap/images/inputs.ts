import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { ensurePrerequisites } from '../local/prerequisites.ts';
import type { Progress } from '../steps.ts';
import { runContained, runTold } from './command.ts';
import type { HostInput } from './recipe.ts';

/** What a container has no use for: package lists, which go stale, and documentation. */
const LEFT_OUT = [
  'var/cache/apt/*',
  'var/lib/apt/lists/*',
  'usr/share/doc/*',
  'usr/share/man/*',
  'usr/share/locale/*',
];

/** Makes a part of an image at `target`. Safe to repeat: what lies there is made again. */
export async function makeInput(input: HostInput, target: string, progress: Progress): Promise<void> {
  switch (input.kind) {
    case 'debootstrap':
      return debootstrap(input, target, progress);
    case 'go':
      return buildGo(input, target, progress);
    case 'npm':
      return installNpm(input, target, progress);
    case 'maven':
      return copyArtifact(input, target, progress);
  }
}

type InputOf<Kind extends HostInput['kind']> = Extract<HostInput, { kind: Kind }>;

async function debootstrap(input: InputOf<'debootstrap'>, target: string, progress: Progress): Promise<void> {
  const root = `${target}.root`;
  const include = input.include.length > 0 ? [`--include=${input.include.join(',')}`] : [];
  await rm(root, { recursive: true, force: true });
  progress(`Debian ${input.suite}`);
  await runContained('debootstrap', ['--variant=minbase', ...include, input.suite, root], {
    onLine: (line) => progress(`Debian ${input.suite}: ${line.replace(/^I: /, '')}`),
  });
  const leftOut = LEFT_OUT.map((path) => `--exclude=./${path}`);
  await runContained('tar', ['--numeric-owner', '--xattrs', ...leftOut, '-C', root, '-cf', target, '.']);
  await rm(root, { recursive: true, force: true });
}

async function buildGo(input: InputOf<'go'>, target: string, progress: Progress): Promise<void> {
  progress(`compiling ${input.package}`);
  const args = ['build', '-trimpath', '-ldflags', input.ldflags, '-o', target, input.package];
  await runTold('go', args, { cwd: input.module, env: { CGO_ENABLED: '0' } });
}

async function installNpm(input: InputOf<'npm'>, target: string, progress: Progress): Promise<void> {
  progress(`installing the packages of ${input.folder}`);
  const place = `${target}.install`;
  await mkdir(place, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(join(input.folder, file), join(place, file));
  await runTold('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: place });
  await runTold('mv', ['-T', join(place, 'node_modules'), target]);
  await rm(place, { recursive: true, force: true });
}

/** The version of the plugin that copies: Maven takes whichever is newest where none is said. */
const MAVEN_COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

async function copyArtifact(input: InputOf<'maven'>, target: string, progress: Progress): Promise<void> {
  await ensurePrerequisites([{ package: 'maven', provides: 'mvn' }], progress);
  progress(`fetching ${input.artifact}`);
  const place = `${target}.copy`;
  await rm(place, { recursive: true, force: true });
  const wishes = [`-Dartifact=${input.artifact}`, `-DoutputDirectory=${place}`];
  await runTold('mvn', ['--batch-mode', '--quiet', MAVEN_COPY, ...wishes], {});
  const [file] = await readdir(place);
  if (file === undefined) throw new Failure(`Maven gave no file for ${input.artifact}.`);
  await runTold('mv', ['-T', join(place, file), target]);
  await rm(place, { recursive: true, force: true });
}
