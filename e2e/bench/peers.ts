import { join } from 'node:path';
import { cacheFolder } from '../../bootstrap/folder.ts';
import { runTold } from '../../bootstrap/images/command.ts';

/** Builds a peer, which is a Go module of its own in a folder below `peers`, and returns the path of its binary. */
export const buildPeer = (name: string): Promise<string> => goBuild(join('peers', name), '.', name);

/**
 * Builds a package, by its path, of what the Go module in a folder here pins, and returns the path of the binary. Go's
 * own cache makes it quick where nothing has changed.
 */
export async function goBuild(folder: string, source: string, name: string): Promise<string> {
  const target = join(cacheFolder(), 'bench', name);
  const cwd = join(import.meta.dirname, folder);
  const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', target, source];
  await runTold('go', args, { cwd, env: { CGO_ENABLED: '0' } });
  return target;
}
