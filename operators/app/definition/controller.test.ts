import { expect, it } from 'vitest';
import { verdictOn } from './controller.ts';

it('lets a definition without problems be installed', () => {
  expect(verdictOn([]).type).toBe('ready');
});

it('refuses one with problems, naming each with its place', () => {
  const verdict = verdictOn([
    { path: 'spec.a', message: 'It is wrong.' },
    { path: 'spec.b', message: 'It is wrong too.' },
  ]);
  expect(verdict).toMatchObject({
    type: 'stalled',
    reason: 'InvalidDefinition',
    message: 'spec.a: It is wrong. spec.b: It is wrong too.',
  });
});
