import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { type Dashboard, type Rules, rulesFiles } from './chart.ts';
import { metricsIn } from './expressions.ts';
import { shortened } from './shorten.ts';

const root = join(import.meta.dirname, '../..');
const read = async (file: string) => load(await readFile(file, 'utf8')) as Rules;
const rules: Rules = { groups: (await Promise.all(rulesFiles.map(read))).flatMap(({ groups }) => groups) };
const alerts = rules.groups.flatMap((group) => group.rules).filter(({ alert }) => alert !== undefined);
const page = await readFile(join(root, 'docs/operations.md'), 'utf8');

describe('an alert', () => {
  test.each(alerts)('$alert says in a sentence what is wrong, and then what to do', ({ annotations }) => {
    expect(annotations?.summary).toMatch(/^\S[^\n]*[^.]\.$/);
    expect(annotations?.summary).not.toContain('. ');
    expect(annotations?.description?.length).toBeGreaterThan(80);
  });

  test.each(alerts)('$alert waits out a hiccup, and says how bad it is', (rule) => {
    expect(rule.for).toMatch(/^\d+m$/);
    expect(['critical', 'warning', 'info']).toContain(rule.labels?.severity);
  });

  test.each(alerts)('$alert links to what the docs say of it', ({ alert = '', annotations }) => {
    const [address, anchor] = annotations?.runbook_url?.split('#') ?? [];
    expect(address).toBe('https://github.com/hearth-home/hearth/blob/main/docs/operations.md');
    expect(anchor).toBe(alert.toLowerCase());
    expect(page).toContain(`\n### ${alert}\n`);
  });
});

test('the docs tell of no alert that there is not', () => {
  const told = [...page.matchAll(/^### (Hearth\w+)$/gm)].map(([, name]) => name);
  expect(told).toEqual(alerts.map(({ alert }) => alert));
});

test('in less time, the rules are the same', () => {
  const { groups } = shortened(rules, { hold: '3s', window: '5s' });
  const short = groups.flatMap((group) => group.rules);
  expect(short.map(({ alert, record }) => alert ?? record)).toEqual(
    rules.groups.flatMap((group) => group.rules).map(({ alert, record }) => alert ?? record),
  );
  expect(new Set(short.flatMap((rule) => rule.for ?? []))).toEqual(new Set(['3s']));
  const ranges = short.flatMap(({ expr }) => expr.match(/\[.*?\]/g) ?? []);
  expect(new Set(ranges)).toEqual(new Set(['[5s]']));
});

describe('the dashboard', async () => {
  const file = join(root, 'charts/hearth/files/dashboard.json');
  const dashboard = JSON.parse(await readFile(file, 'utf8')) as Dashboard;
  const { panels } = dashboard;

  test('is one that Grafana of today reads, over a Prometheus of its person’s choice', () => {
    expect(dashboard).toMatchObject({ uid: 'hearth', title: 'Hearth', schemaVersion: 41 });
    expect(dashboard.templating.list).toMatchObject([
      { name: 'datasource', type: 'datasource', query: 'prometheus' },
    ]);
    const sources = panels.flatMap(({ targets = [] }) => targets.map(({ datasource }) => datasource));
    expect(new Set(sources.map((source) => JSON.stringify(source)))).toEqual(
      new Set(['{"type":"prometheus","uid":"${datasource}"}']),
    );
  });

  test('shows nothing without saying what it is', () => {
    const shown = panels.filter(({ type }) => type !== 'row');
    expect(shown.length).toBeGreaterThan(15);
    expect(shown.filter(({ title, description = '' }) => title === '' || description === '')).toEqual([]);
    expect(shown.filter(({ targets = [] }) => targets.length === 0)).toEqual([]);
    for (const { expr } of shown.flatMap(({ targets = [] }) => targets))
      expect(metricsIn(expr), expr).not.toEqual([]);
  });

  test('puts no panel over another', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ title, gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => ({
        title,
        cell: `${x + (index % w)},${y + Math.floor(index / w)}`,
        inside: x + w <= 24,
      })),
    );
    expect(cells.filter(({ inside }) => !inside)).toEqual([]);
    const taken = Map.groupBy(cells, ({ cell }) => cell);
    expect([...taken.values()].filter(({ length }) => length > 1)).toEqual([]);
  });
});
