import type { FastifyReply } from 'fastify';
import { contentSecurityPolicy } from './guard.ts';

/** Answers with a page. `formTargets`: origins beside this host to which its forms may lead. */
export function sendPage(
  reply: FastifyReply,
  html: string,
  formTargets: readonly string[] = [],
): FastifyReply {
  if (formTargets.length > 0) reply.header('content-security-policy', contentSecurityPolicy(formTargets));
  return reply.type('text/html; charset=utf-8').send(html);
}
