import type { App } from '@hearth/domain';
import { describe, expect, it } from 'vitest';
import { appOf } from '../testing/fixtures.ts';
import { consumption } from './consumer.ts';

const now = new Date('2026-01-01T12:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const shown = { hash: 'new', since: ago(90) };

const app = (status: 'True' | 'False', since: Date, generation = 1): App => {
  const condition = {
    type: 'Ready',
    reason: 'R',
    message: '',
    lastTransitionTime: since.toISOString(),
    status,
  };
  return appOf('rss', {}, { status: { observedGeneration: generation, conditions: [condition] } });
};
const settled = { app: app('True', ago(90)), hash: 'new', holdsFormer: false };

describe('consumption', () => {
  it('is done when the App has been ready on the new one for a while', () => {
    expect(consumption(settled, shown, now)).toEqual({ done: true });
  });

  it.each<[string, Parameters<typeof consumption>[0]]>([
    ['was given another binding', { ...settled, hash: 'old' }],
    ['was given no binding', { ...settled, hash: undefined }],
    ['gives its pods what was shown before', { ...settled, holdsFormer: true }],
    ['is restarting', { ...settled, app: app('False', ago(90)) }],
    ['has said nothing of its newest spec', { ...settled, app: app('True', ago(90), 0) }],
  ])('waits while the App %s', (_, consumer) => {
    expect(consumption(consumer, shown, now)).toEqual({
      done: false,
      message: 'App home/rss doesn’t run on the new one yet',
    });
  });

  it.each<[string, Date, Date, number]>([
    ['it was shown', ago(600), ago(10), 50_000],
    ['the App is ready again', ago(20), ago(600), 40_000],
  ])('gives it time since %s', (_, readySince, since, after) => {
    const consumer = { ...settled, app: app('True', readySince) };
    expect(consumption(consumer, { hash: 'new', since }, now)).toMatchObject({ done: false, after });
  });

  it('gives those whom it doesn’t know an hour', () => {
    const nobody = { holdsFormer: false };
    expect(consumption(nobody, { hash: 'new', since: ago(3599) }, now)).toMatchObject({
      done: false,
      after: 1000,
    });
    expect(consumption(nobody, { hash: 'new', since: ago(3600) }, now)).toEqual({ done: true });
  });
});
