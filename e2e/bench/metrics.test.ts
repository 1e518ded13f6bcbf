import { describe, expect, test } from 'vitest';
import { growth, parseMetrics, quantile, sumOf } from './metrics.ts';

const text = `# HELP passes Passes.
# TYPE passes histogram
passes_bucket{le="0.1",controller="app"} 50
passes_bucket{le="0.2",controller="app"} 90
passes_bucket{le="+Inf",controller="app"} 100
passes_bucket{le="0.1",controller="route"} 7
passes_count{controller="app"} 100
requests{method="GET",code="200"} 3
requests{method="GET",code="404"} 1
requests{method="PATCH",code="200"} 5
up 1
odd{text="a \\"b\\", c"} 1.5e-3
`;
const samples = parseMetrics(text);

test('the text format is read, labels and all', () => {
  expect(samples).toHaveLength(10);
  expect(samples.at(-1)).toEqual({ name: 'odd', labels: { text: 'a \\"b\\", c' }, value: 0.0015 });
  expect(sumOf(samples, 'requests', { method: 'GET' })).toBe(4);
  expect(sumOf(samples, 'requests')).toBe(9);
  expect(sumOf(samples, 'none')).toBe(0);
});

test('what has grown since is known, also of what was not there before', () => {
  const later = parseMetrics('requests{method="GET",code="200"} 10\nrequests{method="POST",code="201"} 2\n');
  const grown = growth(samples, later);
  expect([sumOf(grown, 'requests', { method: 'GET' }), sumOf(grown, 'requests', { method: 'POST' })]).toEqual(
    [7, 2],
  );
});

describe('a quantile', () => {
  const of = (share: number, controller = 'app') => quantile(samples, 'passes', { controller }, share);
  test('lies evenly within its bucket', () => {
    expect(of(0.25)).toBeCloseTo(0.05);
    expect(of(0.5)).toBeCloseTo(0.1);
    expect(of(0.7)).toBeCloseTo(0.15);
  });
  test('above the highest bound is no better known', () => expect(of(0.99)).toBe(0.2));
  test('of nothing is no number', () => expect(of(0.5, 'none')).toBeNaN());
});
