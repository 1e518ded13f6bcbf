import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { machineBound, type SourceFile, textsOfThisMachine, tooLong } from './check/text.ts';

const root = join(import.meta.dirname, '..');

/** What one part of the check found; empty: it is in order. */
type Findings = string;

const checks: Readonly<Record<string, () => Promise<Findings>>> = {
  types: () => tool('tsc', ['-p', '.']),
  // What runs in a browser knows other things than what runs in Node.
  scripts: () => tool('tsc', ['-p', 'operators/identity/pages/scripts']),
  style: () => tool('biome', ['check', '--max-diagnostics=50', '.']),
  imports: checkImports,
  unused: () => tool('knip', ['--no-progress']),
  generated: () => tool('node', ['crds/generate.ts', '--check']),
  text: checkText,
};

async function tool(command: string, args: readonly string[]): Promise<Findings> {
  const { exitCode, all, shortMessage } = await execa(command, args, {
    cwd: root,
    preferLocal: true,
    localDir: root,
    reject: false,
    all: true,
  });
  if (exitCode === 0) return '';
  return all === '' ? (shortMessage ?? `${command} failed`) : all;
}

/** The dependency rule, and no cycles. */
function checkImports(): Promise<Findings> {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const compiler = join(import.meta.dirname, 'check/typescript-api.ts');
  const parts = ['operators', 'crds', 'charts', 'bootstrap', 'e2e'];
  return tool('node', ['--import', compiler, cruiser, '--config', '.dependency-cruiser.cjs', ...parts]);
}

async function checkText(): Promise<Findings> {
  const { stdout: registry } = await execa('npm', ['config', 'get', 'registry'], { cwd: root });
  const { GOPROXY = '', PIP_INDEX_URL = '' } = process.env;
  const files = await sourceFiles();
  const texts = textsOfThisMachine(root, await readdir(join(root, '..')), [registry, GOPROXY, PIP_INDEX_URL]);
  return [...tooLong(files), ...machineBound(files, texts)].join('\n');
}

/** What is tracked, or would be: what git ignores is nobody's business. */
async function sourceFiles(): Promise<SourceFile[]> {
  const { stdout } = await execa('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  const paths = [...new Set(stdout.split('\0').filter((path) => path !== ''))];
  const files = await Promise.all(
    paths.map(async (path) => {
      const content = await readFile(join(root, path), 'utf8').catch(() => undefined);
      return content === undefined || content.includes('\0') ? [] : [{ path, content }];
    }),
  );
  return files.flat();
}

async function timed(name: string, check: () => Promise<Findings>): Promise<boolean> {
  const started = performance.now();
  const findings = await check();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const ok = findings === '';
  process.stdout.write(`${name.padEnd(10)} ${ok ? 'ok    ' : 'FAILED'} ${seconds.padStart(5)} s\n`);
  if (!ok) process.stdout.write(`${findings.replaceAll(/^/gm, '    ')}\n`);
  return ok;
}

const results = await Promise.all(Object.entries(checks).map(([name, check]) => timed(name, check)));
process.exitCode = results.every(Boolean) ? 0 : 1;
