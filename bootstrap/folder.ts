import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The one folder that holds everything Kiko keeps: `HEARTH_HOME`, or `~/.hearth`. */
const hearthFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  resolve(environment.HEARTH_HOME || join(homedir(), '.hearth'));

/** What may be thrown away and made again: built binaries, image archives, locks. `kiko down` leaves it. */
export const cacheFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  join(hearthFolder(environment), 'cache');

/** Everything that the local cluster of that name keeps. `kiko down` removes it. */
export const clusterFolder = (name: string, environment: NodeJS.ProcessEnv = process.env): string =>
  join(hearthFolder(environment), 'local', name);
