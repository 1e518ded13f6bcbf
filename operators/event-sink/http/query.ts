import type { FastifyRequest } from 'fastify';

/** A request's query. Fastify's own makes a list of what is said twice, which nothing here expects. */
export const queryOf = ({ url }: Pick<FastifyRequest, 'url'>): URLSearchParams =>
  new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
