import type { FastifyInstance } from 'fastify';

/** Reads the bodies of HTML forms: each field a text, the last one of a name. */
export function acceptForms(server: FastifyInstance): void {
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  );
}

/** A field of a form: the text, without space around it, cut to a length that is stored; empty where it is missing. */
export function field(body: unknown, name: string, longest = 80): string {
  if (typeof body !== 'object' || body === null) return '';
  const value: unknown = Reflect.get(body, name);
  return typeof value === 'string' ? value.trim().slice(0, longest) : '';
}
