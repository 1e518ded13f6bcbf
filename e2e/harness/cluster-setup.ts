import { clusterFolder } from '../../bootstrap/folder.ts';
import { clusterProcesses } from '../../bootstrap/local/native/processes.ts';
import { kiko } from './kiko.ts';

/** The home that the tests of single sign-on share, since it takes a minute to come up. */
export const SIGN_ON_HOME = 'sso';

/** Takes it away after the last test, where no test has done so. */
export async function teardown(): Promise<void> {
  if (clusterProcesses(clusterFolder(SIGN_ON_HOME)).length > 0) await kiko('down', '--name', SIGN_ON_HOME);
}
