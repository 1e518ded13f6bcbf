import { join } from 'node:path';
import { cacheFolder } from '../../bootstrap/folder.ts';
import { writeImage } from '../../bootstrap/images/archive.ts';
import { ensurePrerequisites, findOnPath, type Prerequisite } from '../../bootstrap/local/prerequisites.ts';

/** A small image with a shell, a web server and a resolver, for pods of tests. */
export const BUSYBOX_IMAGE = 'hearth.local/busybox:test';

/** What it needs of the machine. */
export const BUSYBOX_PACKAGES: readonly Prerequisite[] = [{ package: 'busybox-static', provides: 'busybox' }];

const APPLETS = ['sh', 'cat', 'httpd', 'id', 'nc', 'nslookup'];

/** Makes that image of Debian's static busybox, and gives its archive. */
export async function busyboxArchive(): Promise<string> {
  await ensurePrerequisites(BUSYBOX_PACKAGES, () => undefined);
  const file = (await findOnPath('busybox')) ?? '/bin/busybox';
  const archive = join(cacheFolder(), 'images', 'busybox-test.tar');
  const files = ['busybox', ...APPLETS].map((name) => ({ path: `/${name}`, mode: 0o755, source: { file } }));
  const architecture = process.arch === 'arm64' ? ('arm64' as const) : ('amd64' as const);
  await writeImage(
    { reference: BUSYBOX_IMAGE, entrypoint: ['/sh'], user: '1000:1000', files, architecture },
    archive,
  );
  return archive;
}
