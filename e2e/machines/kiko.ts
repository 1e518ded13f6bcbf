import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheFolder, clusterFolder } from '../../bootstrap/folder.ts';

/** Runs `kiko` to its end as a person would, and gives what it printed. @throws Error with what it said when it failed. */
export type Kiko = (...args: readonly string[]) => Promise<string>;

const PROGRAM = join(import.meta.dirname, '../../bootstrap/kiko.ts');

/** `kiko` for a cluster that is given by its kubeconfig. What it remembers of it, it keeps in this folder alone. */
export async function kikoFor(kubeconfig: string, folder: string): Promise<Kiko> {
  const env = { HEARTH_HOME: join(folder, 'hearth') };
  const cluster = clusterFolder('local', env);
  await mkdir(cluster, { recursive: true });
  await writeFile(join(cluster, 'driver.json'), JSON.stringify({ driver: 'kubeconfig', kubeconfig }));
  // The tools are built once for all.
  await mkdir(cacheFolder(), { recursive: true });
  await symlink(cacheFolder(), cacheFolder(env));
  return async (...args) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [PROGRAM, ...args], {
      env,
      reject: false,
    });
    if (exitCode !== 0) throw new Error(stderr.trim());
    return stdout;
  };
}
