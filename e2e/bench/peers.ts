import { join } from 'node:path';
import { cacheFolder } from '../../bootstrap/folder.ts';
import { runTold } from '../../bootstrap/images/command.ts';

/**
 * Builds a peer, which is a Go module of its own in a folder below `peers`, and returns the path of its binary.
 * Go's own cache makes it quick where nothing has changed.
 */
export async function buildPeer(name: string): Promise<string> {
  const target = join(cacheFolder(), 'bench', name);
  const cwd = join(import.meta.dirname, 'peers', name);
  const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', target, '.'];
  await runTold('go', args, { cwd, env: { CGO_ENABLED: '0' } });
  return target;
}
