import { expect, test } from 'vitest';
import { metricsIn, metricsOf } from './expressions.ts';

test.each<[expression: string, metrics: string[]]>([
  ['up', ['up']],
  ['absent(up{job="a", instance=~"b{2}(c)"} == 1)', ['up']],
  [
    'sum by (controller) (rate(a_total[5m])) - sum(increase(b_total{x="y"}[$__rate_interval])) by (z) > bool 0',
    ['a_total', 'b_total'],
  ],
  ['max by (n) (a) == 0 unless on () job:b:rate5m', ['a', 'job:b:rate5m']],
  ['a / on (x) group_left (y) b > 0.9 and a offset 5m < 7 * 86400 or vector(1)', ['a', 'b']],
  ['histogram_quantile(0.99, sum by (le) (rate(a_bucket[1m]))) - time()', ['a_bucket']],
])('%s asks for %j', (expression, metrics) => {
  expect(metricsIn(expression)).toEqual(metrics);
});

test('an exposition has its metrics, and of a histogram its three series', () => {
  const exposition = '# HELP a How many.\n# TYPE a counter\na{x="# TYPE no gauge"} 1\n# TYPE b histogram\n';
  expect([...metricsOf(exposition)]).toEqual(['a', 'b', 'b_bucket', 'b_sum', 'b_count']);
});
