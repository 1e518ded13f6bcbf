import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../testing/scratch-folder.ts';
import { missingUnit } from './needed-units.ts';

const AGENT = '[Service]\nExecStart=/nix/store/x/bin/hearth-agent\n';
const whole: Readonly<Record<string, string | { readonly to: string }>> = {
  'hearth-agent.service': AGENT,
  'multi-user.target.wants/hearth-agent.service': { to: '../hearth-agent.service' },
  'hearth-start-guard.timer': '[Timer]\nOnActiveSec=10min\n',
  'sysinit.target.wants/hearth-start-guard.timer': { to: '../hearth-start-guard.timer' },
  'hearth-start-guard.service': '[Service]\nExecStart=/bin/systemctl reboot\n',
};

test.each([
  ['nothing', whole, undefined],
  ['the agent', without('hearth-agent.service'), 'hearth-agent.service'],
  [
    'an agent that is masked',
    { ...whole, 'hearth-agent.service': { to: '/dev/null' } },
    'hearth-agent.service',
  ],
  ['an agent that does nothing', { ...whole, 'hearth-agent.service': '[Unit]\n' }, 'hearth-agent.service'],
  [
    'an agent that is not started with the machine',
    without('multi-user.target.wants/hearth-agent.service'),
    'hearth-agent.service',
  ],
  [
    'a guard that is not started with the machine',
    without('sysinit.target.wants/hearth-start-guard.timer'),
    'hearth-start-guard.timer',
  ],
  ['what the guard does', without('hearth-start-guard.service'), 'hearth-start-guard.service'],
])('a system that lacks %s', async (_what, units, missing) => {
  await using system = await scratchFolder();
  const folder = join(system.path, 'etc/systemd/system');
  for (const target of ['multi-user', 'sysinit'])
    await mkdir(join(folder, `${target}.target.wants`), { recursive: true });
  for (const [name, content] of Object.entries(units))
    if (typeof content === 'string') await writeFile(join(folder, name), content);
    else await symlink(content.to, join(folder, name));
  expect(await missingUnit(system.path)).toBe(missing);
});

function without(name: string): typeof whole {
  return Object.fromEntries(Object.entries(whole).filter(([each]) => each !== name));
}
