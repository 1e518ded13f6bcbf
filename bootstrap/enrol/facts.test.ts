import { describe, expect, test } from 'vitest';
import { objection, parseFacts, type ShellFacts } from './facts.ts';

const facts: ShellFacts = {
  user: '0',
  architecture: 'x86_64',
  system: 'Debian GNU/Linux 12 (bookworm)',
  model: '',
  memoryBytes: 8e9,
  hasAgent: false,
  disks: ['sda 1T SERIAL Model'],
};

describe('the answers of a machine', () => {
  const whole = `Welcome!
@@user
0
@@architecture
x86_64
@@system
Debian GNU/Linux 12 (bookworm)
@@model
@@memory
MemTotal:        8000000 kB
@@agent
@@disks
sda   1T SERIAL Model
@@end
`;

  test('are read, whatever its shell says before', () => {
    expect(parseFacts(whole)).toEqual({
      ...facts,
      memoryBytes: 8_192_000_000,
      disks: ['sda   1T SERIAL Model'],
    });
  });

  test('that it belongs to a home', () => {
    expect(parseFacts(whole.replace('@@agent\n', '@@agent\nyes\n')).hasAgent).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['cut off', whole.replace('@@end\n', '')],
    ['a router’s own shell', 'Unknown command'],
  ])('are refused: %s', (_, output) => {
    expect(() => parseFacts(output)).toThrow('does not say what it is');
  });
});

test.each<[string, Partial<ShellFacts>, string | undefined]>([
  ['a PC', {}, undefined],
  ['an ARM server', { architecture: 'aarch64' }, undefined],
  [
    'a Raspberry Pi',
    { architecture: 'aarch64', model: 'Raspberry Pi 5 Model B Rev 1.0' },
    'kexec does not work there',
  ],
  ['a machine of a home', { hasAgent: true }, 'Hearth’s agent is on it'],
  ['a login that is not root’s', { user: '1000' }, 'log in as root@rescue'],
  ['32 bits', { architecture: 'armv7l' }, 'no installer for armv7l'],
  ['little memory', { memoryBytes: 1e9 }, '1.0 GB of memory'],
])('%s may be taken over, or it is said why not', (_, change, sentence) => {
  const said = objection({ ...facts, ...change }, 'rescue');
  if (sentence === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(sentence);
});
