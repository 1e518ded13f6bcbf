import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openSsh } from './ssh.ts';

let folder: string;

/** Has ssh say how it would log in, by a person's own configuration, and not do it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kiko-ssh-'));
  const { stdout: ssh } = await execa('which', ['ssh']);
  const config = join(folder, 'config');
  await writeFile(
    config,
    'Host *\n  ForwardAgent yes\n  ForwardX11 yes\n  LocalForward 8080 localhost:80\n  PermitLocalCommand yes\n' +
      '  StrictHostKeyChecking no\n  ControlPersist yes\n',
  );
  await writeFile(join(folder, 'ssh'), `#!/bin/sh\nexec ${ssh} -F ${config} -G "$@"\n`);
  await chmod(join(folder, 'ssh'), 0o755);
  vi.stubEnv('PATH', [folder, process.env.PATH].join(delimiter));
});
afterAll(() => rm(folder, { recursive: true }));

test('nothing of this machine goes along, whatever a person has for all their hosts', async () => {
  const ssh = await openSsh({ destination: { user: 'root', host: '192.0.2.1', port: 22 } });
  const lines = (await ssh.run('')).split('\n');
  await ssh.close();
  expect(lines).toEqual(
    expect.arrayContaining([
      'forwardagent no',
      'forwardx11 no',
      'clearallforwardings yes',
      'permitlocalcommand no',
      'controlpersist 60',
    ]),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^stricthostkeychecking (yes|true)$/));
  expect(lines.filter((line) => line.startsWith('localforward'))).toEqual([]);
});
