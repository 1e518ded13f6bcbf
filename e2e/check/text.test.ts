import { describe, expect, test } from 'vitest';
import { machineBound, textsOfThisMachine, tooLong } from './text.ts';

const lines = (count: number) => 'x\n'.repeat(count);

describe('tooLong', () => {
  test.each([
    { path: 'a.ts', count: 300, problems: [] },
    { path: 'a.ts', count: 301, problems: ['a.ts has 301 lines; a file of over 300 is usually two'] },
    { path: 'a.test.ts', count: 600, problems: [] },
    {
      path: 'a.api.test.ts',
      count: 601,
      problems: ['a.api.test.ts has 601 lines; a file of over 600 is usually two'],
    },
    { path: 'package-lock.json', count: 9000, problems: [] },
  ])('$path of $count lines', ({ path, count, problems }) => {
    expect(tooLong([{ path, content: lines(count) }])).toEqual(problems);
  });
});

describe('textsOfThisMachine', () => {
  test.each([
    {
      root: '/home/anna/hearth',
      beside: ['hearth', 'notes'],
      registries: [],
      texts: ['/home/anna/hearth', '/home/anna/notes'],
    },
    {
      root: '/tmp/hearth',
      beside: ['hearth', 'x'],
      registries: ['https://registry.npmjs.org/'],
      texts: ['/tmp/hearth'],
    },
    {
      root: '/src/hearth',
      beside: ['hearth'],
      registries: ['http://user:pass@mirror.lan:8080/npm/', 'https://mirror.lan/go,direct', 'off'],
      texts: ['/src/hearth', 'mirror.lan'],
    },
  ])('$root', ({ root, beside, registries, texts }) => {
    expect(textsOfThisMachine(root, beside, registries)).toEqual(texts);
  });
});

test('a line with a text of the machine is named', () => {
  const files = [
    { path: 'README.md', content: 'one\ncd /home/anna/hearth\n' },
    { path: 'LICENSE', content: 'one\n' },
  ];
  expect(machineBound(files, ['/home/anna/hearth'])).toEqual([
    'README.md:2 names /home/anna/hearth, which is of this machine alone',
  ]);
});
