import type { FastifyReply } from 'fastify';
import type { Account } from '../store/records.ts';

/** What the gateway is answered. Addresses are whole: it would complete others with its own idea of our host. */
export type Answer =
  | { readonly answer: 'let-in'; readonly account: Account }
  | { readonly answer: 'redirect'; readonly to: string; readonly cookies: readonly string[] }
  /** 401: nobody is signed in. 403: somebody is, who may not. 404: nobody knows the app. */
  | { readonly answer: 'refuse'; readonly code: 401 | 403 | 404 };

const SENTENCES = {
  401: 'Sign in first: open the app in a browser.',
  403: 'This app is not open to you.',
  404: 'This app is not known here.',
} as const;

/** Sends an answer to the gateway, which hands on to the browser whatever does not let it in. */
export function sendAnswer(reply: FastifyReply, given: Answer): FastifyReply {
  if (given.answer === 'let-in') return reply.headers(identityHeaders(given.account)).send();
  if (given.answer === 'redirect') {
    if (given.cookies.length > 0) reply.header('set-cookie', [...given.cookies]);
    return reply.redirect(given.to, 302);
  }
  // RFC 9110, 15.5.2 wants to know how; a browser has no dialog for this scheme, and shows none.
  if (given.code === 401) reply.header('www-authenticate', 'Hearth');
  return reply.code(given.code).send({ message: SENTENCES[given.code] });
}

/** By what an app is told who is there: under the names that oauth2-proxy uses, and those of Authelia and Authentik. */
export function identityHeaders({ name, groups, email, displayName }: Account): Record<string, string> {
  const values = { User: name, Groups: groups.join(','), Email: email ?? '', Name: displayName };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .flatMap(([header, value]) =>
        ['X-Forwarded', 'Remote'].map((begin) => [`${begin}-${header}`, headerText(value)]),
      ),
  );
}

/** A text as a header’s value: UTF-8 in octets, as apps read it, without what would end the line. */
const headerText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about.
  Buffer.from(text.replaceAll(/[\u0000-\u001f\u007f]/g, ' ')).toString('latin1');
