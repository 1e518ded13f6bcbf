import { describe, expect, it } from 'vitest';
import { INSIDE, trustGateways } from './gateways.ts';

describe('a gateway', () => {
  const inside = trustGateways(INSIDE.split(','));

  it.each([
    ['10.42.0.7', true],
    ['192.168.1.2', true],
    ['127.0.0.1', true],
    ['::ffff:10.42.0.7', true],
    ['::1', true],
    ['fd00::7', true],
    ['203.0.113.9', false],
    ['2001:db8::1', false],
  ])('at %s is believed: %s', (address, believed) => {
    expect(inside(address, 0)).toBe(believed);
  });

  it('is believed about one step, and nobody before it', () => {
    expect(inside('10.42.0.7', 1)).toBe(false);
  });

  it('can be one address', () => {
    const one = trustGateways(['10.42.0.7', 'fd00::7']);
    expect([one('10.42.0.7', 0), one('10.42.0.8', 0), one('fd00::7', 0), one('fd00::8', 0)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('that is no address is refused', () => {
    expect(() => trustGateways(['gateway'])).toThrow();
  });
});
