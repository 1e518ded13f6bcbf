import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createAuthority, issue, type KeyPair } from '../../bootstrap/local/native/pki/certificates.ts';
import { createFlake, type ToyFlake } from './flakes.ts';
import { type Credentials, startGitServer } from './git-server.ts';
import type { Machine } from './machine.ts';
import type { Site } from './site.ts';

/** A forge of a home's own with one repository, which it gives over HTTPS to those who have its credentials. */
export interface Forge {
  readonly flake: ToyFlake;
  /** Where the flake is, as a NixOSConfiguration names it. */
  readonly url: string;
  readonly credentials: Credentials;
  /** Has a machine trust the forge's authority, as its configuration would. */
  introduce(machine: Machine): Promise<void>;
  close(): Promise<void>;
}

/** Makes the authority of a forge, and writes its certificate where who is to trust it finds it. */
export async function forgeAuthority(
  folder: string,
): Promise<{ readonly pair: KeyPair; readonly file: string }> {
  const pair = await createAuthority('forge-authority', new Date());
  const file = join(folder, 'forge-authority.pem');
  await writeFile(file, pair.certificate);
  return { pair, file };
}

const AUTHORITY = '/etc/hearth/forge-authority.pem';

/** Opens a forge at a site, for a flake of this name. */
export async function openForge(
  site: Site,
  folder: string,
  authority: KeyPair,
  name: string,
): Promise<Forge> {
  const hosts = [site.address];
  const identity = await issue(authority, { commonName: 'forge', hosts, usages: ['server'] }, new Date());
  const server = await startGitServer(folder, site.address, identity);
  const flake = await createFlake(folder, name);
  const credentials = { user: 'home', password: `forge-${randomBytes(18).toString('hex')}` };
  server.protect(name, credentials);
  return {
    flake,
    url: `git+${server.url(name)}`,
    credentials,
    async introduce(machine) {
      await put(machine, AUTHORITY, authority.certificate);
      await put(machine, '/etc/gitconfig', `[http]\n\tsslCAInfo = ${AUTHORITY}\n`);
    },
    close: server.close,
  };
}

async function put(machine: Machine, path: string, text: string): Promise<void> {
  const file = machine.diskPath(path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
