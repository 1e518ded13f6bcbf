import type { FastifyRequest } from 'fastify';
import type { Visitor } from '../sessions/open.ts';
import { browserName } from './browser.ts';

/** From where a request comes: its address as the gateway saw it, and its browser. */
export const visitorOf = (request: FastifyRequest): Visitor => ({
  address: request.ip,
  browser: browserName(request.headers['user-agent']),
});

/**
 * By what tries from one place are counted: an IPv4 address, or the /64 of an IPv6 one, which is what one household
 * has (RFC 6177).
 */
export function placeOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const front = head.split(':').filter(Boolean);
  const missing = 8 - front.length - tail.split(':').filter(Boolean).length;
  const whole = address.includes('::') ? [...front, ...Array.from({ length: missing }, () => '0')] : front;
  return whole
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':');
}
