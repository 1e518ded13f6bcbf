import type { FastifyInstance } from 'fastify';
import { vocabularyQuads } from '../vocabulary/vocabulary.ts';
import { acceptOf } from './accept.ts';
import { sendEntity } from './entity.ts';
import { rdfTypes, written } from './forms.ts';
import { frameOf } from './frame.ts';
import { negotiate } from './negotiate.ts';
import { notAcceptable } from './refusal.ts';
import type { Sink } from './sink.ts';

const offered = [...rdfTypes, 'text/html'] as const;

/** An hour: it changes when the suite is upgraded. */
const CACHE = 'public, max-age=3600';

/** What the terms mean, for everybody: it says nothing of any home. */
export function vocabularyRoutes(server: FastifyInstance, sink: Sink): void {
  const { iris, pages } = sink;
  const quads = vocabularyQuads(iris);
  server.get('/-/vocabulary', async (request, reply) => {
    const type = negotiate(acceptOf(request), offered);
    if (type === undefined) throw notAcceptable(offered);
    if (type === 'text/html') {
      const frame = frameOf(request, sink, 'vocabulary');
      return sendEntity(request, reply, { type, body: () => pages.vocabulary(frame, { base: iris.base }) });
    }
    return sendEntity(request, reply, {
      type,
      body: () => written(type, quads, iris.vocabulary, iris),
      cacheControl: CACHE,
    });
  });
}
