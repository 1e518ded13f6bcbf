import { Secret, type SecretObject } from '@hearth/runtime';
import { fakeContext } from '@hearth/runtime/testing';
import { describe, expect, it } from 'vitest';
import { decodeSecret, encodeSecret } from '../binding.ts';
import { appOf, definitionOf, inputOf } from '../testing/fixtures.ts';
import { appLabels } from '../workload/input.ts';
import { keepGenerated } from './generated.ts';

const key = { namespace: 'home', name: 'x-secrets' };
const secretOf = (data: Record<string, string>): SecretObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { ...key, labels: appLabels(appOf('x')) },
  data: encodeSecret(data),
});
const rule = { length: 24 };
const declaring = (...secrets: readonly object[]) => definitionOf('x', { secrets });
const encryption = { name: 'encryption', class: 'immutable', generate: rule };
const password = { name: 'password', generate: rule };

/** The input of an App that has run and had these secrets, which can't be made anew. */
const inputThatRan = (definition: ReturnType<typeof declaring>, secrets: string[]) =>
  inputOf(definition, { ...appOf('x'), status: { observedGeneration: 1, version: '1.0', secrets } });

describe('a secret that can’t be made anew', () => {
  it('is made where the definition of a running App has only just declared it', async () => {
    const context = fakeContext({ objects: [secretOf({ password: 'p' })] });
    const made = await keepGenerated(inputThatRan(declaring(password, encryption), []), context);
    expect(made).toEqual({ password: 'p', encryption: expect.stringMatching(/^.{24}$/) });
  });

  it.each([
    ['its key is', [secretOf({ password: 'p' })]],
    ['the whole Secret is', []],
  ])('is lost where %s gone', async (_, objects) => {
    const context = fakeContext({ objects });
    const input = inputThatRan(declaring(password, encryption), ['encryption']);
    await expect(keepGenerated(input, context)).rejects.toMatchObject({
      name: 'Stalled',
      reason: 'SecretLost',
      detail: { after: expect.any(Number) },
    });
    expect(context.applied).toEqual([]);
  });
});

describe('what is captured', () => {
  it('joins what the Secret holds by now, though the cache doesn’t have it yet', async () => {
    const context = fakeContext({ objects: [secretOf({ password: 'p', first: '1' })] });
    const late = { ...context.read, get: () => secretOf({ password: 'p' }) as never };
    const { act } = context;
    await keepGenerated(inputOf(declaring(password)), { act, read: late }, { second: '2' });
    expect(context.applied.map((each) => decodeSecret(each as SecretObject))).toEqual([
      { password: 'p', first: '1', second: '2' },
    ]);
  });
});

it('asks the API server for nothing where there are no secrets', async () => {
  const { act, read } = fakeContext();
  const asked: string[] = [];
  const watched = {
    ...read,
    live: async (kind: { readonly kind: string }) => {
      asked.push(kind.kind);
      return undefined;
    },
  };
  expect(await keepGenerated(inputOf(declaring()), { act, read: watched })).toEqual({});
  expect(asked).toEqual([]);
  await keepGenerated(inputOf(declaring(password)), { act, read: watched });
  expect(asked).toEqual([Secret.kind]);
});
