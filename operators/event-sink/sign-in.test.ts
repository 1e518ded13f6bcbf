import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeClock } from '@hearth/runtime/testing';
import { expect, test, vi } from 'vitest';
import { testFolder } from './log/testing/folder.ts';
import { awaitBinding, readBinding, signInBy } from './sign-in.ts';

const binding = { issuer: 'https://identity.hearth.test', clientId: 'events', clientSecret: 'of-the-sink' };
const never = new AbortController().signal;

/** Puts a binding into a folder as the kubelet does: whole. */
function mount(folder: string, values: Readonly<Record<string, string>> = binding): void {
  for (const [name, value] of Object.entries(values)) {
    writeFileSync(join(folder, `.${name}`), value);
    renameSync(join(folder, `.${name}`), join(folder, name));
  }
}

test('a binding is there when all of it is', async () => {
  const folder = testFolder();
  expect(await readBinding(join(folder, 'not-mounted'))).toBeUndefined();
  mount(folder, { issuer: binding.issuer, clientId: binding.clientId });
  expect(await readBinding(folder)).toBeUndefined();
  mount(folder);
  expect(await readBinding(folder)).toEqual(binding);
});

test('one that comes, or has another secret, is told of', async () => {
  const folder = testFolder();
  const clock = fakeClock();
  /** Lets time pass until it was seen. */
  async function seen(awaited: Promise<boolean>): Promise<boolean> {
    let isOver = false;
    void awaited.then(() => {
      isOver = true;
    });
    await vi.waitFor(() => {
      if (clock.pending() > 0) clock.advance(5_000);
      expect(isOver).toBe(true);
    }, 10_000);
    return awaited;
  }
  const came = awaitBinding(folder, undefined, clock, never);
  await vi.waitFor(() => expect(clock.pending()).toBe(1), 4000);
  mount(folder);
  expect(await seen(came)).toBe(true);
  const changed = awaitBinding(folder, binding, clock, never);
  await vi.waitFor(() => expect(clock.pending()).toBe(1), 4000);
  mount(folder, { clientSecret: 'another' });
  expect(await seen(changed)).toBe(true);
});

test('nobody waits for one in a process that stops', async () => {
  const stopping = new AbortController();
  const awaited = awaitBinding(testFolder(), undefined, fakeClock(), stopping.signal);
  stopping.abort();
  expect(await awaited).toBe(false);
});

test('a browser that nobody has signed in is nobody’s', () => {
  const signIn = signInBy(
    binding,
    { base: 'https://hearth.test/', authority: undefined },
    Buffer.alloc(48, 1),
    fakeClock(),
  );
  expect(signIn.who(undefined)).toBeUndefined();
  expect(signIn.who('__Host-hearth=forged')).toBeUndefined();
});
