import { join } from 'node:path';
import { execa } from 'execa';
import { cacheFolder } from '../../bootstrap/folder.ts';
import { runTold } from '../../bootstrap/images/command.ts';

/** What kstatus makes of objects, one line each: `App rss Current`. It is the judge that Flux waits by. */
export async function kstatus(list: string): Promise<string[]> {
  const target = join(cacheFolder(), 'bench', 'kstatus');
  const cwd = join(import.meta.dirname, '../kstatus');
  await runTold('go', ['build', '-trimpath', '-o', target, '.'], { cwd, env: { CGO_ENABLED: '0' } });
  const { stdout } = await execa(target, { input: list });
  return stdout.split('\n').filter(Boolean);
}
