import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What is answered with. */
export interface Entity {
  readonly type: string;
  /** Says which state it is of; a strong validator (RFC 9110, 8.8.1). Without one, the body is its own. */
  readonly tag?: string | undefined;
  /** Only made if who asks does not have it yet. */
  readonly body: () => string;
  readonly cacheControl?: string | undefined;
}

/** To be kept by who asked, and asked for again each time. */
const REVALIDATE = 'private, no-cache';

/** What an answer depends on, beside its address: in what form it is wanted, and by whom. */
export const VARY = 'accept, authorization, cookie';

/** Answers with it, or says that who asks has it already (304). */
export function sendEntity(request: FastifyRequest, reply: FastifyReply, entity: Entity): FastifyReply {
  const body = entity.tag === undefined ? entity.body() : undefined;
  const etag = `"${entity.tag ?? digest(body ?? '')}"`;
  reply.headers({ etag, vary: VARY, 'cache-control': entity.cacheControl ?? REVALIDATE });
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type(`${entity.type}; charset=utf-8`).send(body ?? entity.body());
}

/** Whether `If-None-Match` names it (RFC 9110, 13.1.2: compared weakly). */
function isKnown(header: string | undefined, etag: string): boolean {
  const known: readonly string[] = header?.match(/\*|"[^"]*"/g) ?? [];
  return known[0] === '*' || known.includes(etag);
}

/** Of a text, short enough for a header. */
export const digest = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22);
