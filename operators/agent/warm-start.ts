import { flushCompileCache } from 'node:module';
import { join } from 'node:path';

/** How often this process has become itself anew. */
const MARK = 'HEARTH_AGENT_BECAME';
/** Bytes of a process that has taken the types out of its sources itself are more than this; of others, less. */
const LARGE = 80 * 2 ** 20;

/**
 * Loads the program so that it stays small. To take the types out of its sources needs 20 MB that a process never gives
 * back; with compiled code at hand it needs none of them. So what is compiled is kept on disk, and a process that had to
 * compile becomes itself anew with what it has kept. It stays the same to whoever looks after it: execve keeps its number.
 */
export async function loadCompiled<T>(state: string, load: () => Promise<T>): Promise<T> {
  const became = Number(process.env[MARK] ?? 0);
  if (process.env.NODE_COMPILE_CACHE === undefined && became === 0) become(join(state, 'compiled'), 1);
  const loaded = await load();
  if (became < 2 && process.memoryUsage.rss() > LARGE) {
    flushCompileCache();
    become(process.env.NODE_COMPILE_CACHE ?? join(state, 'compiled'), 2);
  }
  return loaded;
}

/** Does not return, unless this system does not know how: then it goes on as it is, larger and no less good. */
function become(folder: string, times: number): void {
  const environment = { ...process.env, NODE_COMPILE_CACHE: folder, [MARK]: String(times) };
  const flags = ['--max-semi-space-size=1', '--disable-warning=ExperimentalWarning'];
  try {
    process.execve?.(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], environment);
  } catch (error) {
    console.error(`the agent stays larger than it has to be: ${String(error)}`);
  }
}
