import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../harness/control-plane.ts';
import { installDefinitions } from '../harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../harness/kubectl.ts';
import { mergePatch } from './case.ts';
import { admissionCases } from './cases.ts';

import { valid } from './valid.ts';

let plane: ControlPlane;
let kubectl: Kubectl;

beforeAll(async () => {
  // A plane of its own: a cluster has one Home, and these tests make it and take it away.
  plane = await startControlPlane();
  kubectl = await kubectlOf(plane.kubeconfig);
  await installDefinitions(kubectl);
});
afterAll(() => plane?.stop());

describe('a valid object is taken', () => {
  test.each(Object.entries(valid))('%s', async (_, object) => {
    expect(await kubectl(['create', '--dry-run=server', '-f', '-'], object)).toMatchObject({ ok: true });
  });
});

describe('a bad input is refused in a sentence', () => {
  test.each(admissionCases)('$kind: $wrong', async ({ kind, change, update, field, says }) => {
    const bad = mergePatch(valid[kind], change);
    if (update) expect(await kubectl(['create', '-f', '-'], valid[kind])).toMatchObject({ ok: true });
    const answer = await kubectl([update ? 'replace' : 'create', '--validate=strict', '-f', '-'], bad);
    if (update) expect(await kubectl(['delete', '-f', '-'], valid[kind])).toMatchObject({ ok: true });
    expect(answer.ok).toBe(false);
    expect(answer.stderr).toContain(field);
    expect(answer.stderr).toContain(says);
  });

  test('and nothing of any stays', async () => {
    expect(await kubectl(['get', 'hearth', '-A'])).toMatchObject({ ok: true, stdout: '' });
  });
});
