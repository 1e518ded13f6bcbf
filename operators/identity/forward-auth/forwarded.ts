import type { IncomingHttpHeaders } from 'node:http';

/** A request to an app, as the gateway tells of it when it asks whether to let it through. */
export interface Forwarded {
  readonly method: string;
  /** As `URL.host` has it: in lower case, without the port that HTTPS has anyway. Empty: it is no host at all. */
  readonly host: string;
  readonly path: string;
  /** As it was written, with its question mark; empty where there is none. */
  readonly search: string;
  readonly cookie: string | undefined;
  /** From where it comes. */
  readonly address: string;
  /** A person waits for a page: they can be sent elsewhere. Scripts and WebSockets can’t. */
  readonly isNavigation: boolean;
}

/**
 * Reads what the gateway says (`X-Forwarded-…`), and of the request's own headers, which it hands on, what tells pages
 * from scripts.
 */
export function readForwarded(headers: IncomingHttpHeaders, address: string): Forwarded {
  const host = `https://${text(headers['x-forwarded-host'])}`;
  const uri = text(headers['x-forwarded-uri']);
  const mark = uri.indexOf('?');
  return {
    method: text(headers['x-forwarded-method']) || 'GET',
    host: URL.canParse(host) ? new URL(host).host : '',
    path: mark < 0 ? uri : uri.slice(0, mark),
    search: mark < 0 ? '' : uri.slice(mark),
    cookie: headers.cookie,
    address,
    isNavigation: isNavigation(headers),
  };
}

/** The gateway takes `Upgrade` away, as it is of one hop: a WebSocket shows by its key. */
function isNavigation(headers: IncomingHttpHeaders): boolean {
  const mode = text(headers['sec-fetch-mode']);
  if (mode !== '') return mode === 'navigate';
  if (headers['sec-websocket-key'] !== undefined || headers.upgrade !== undefined) return false;
  if (text(headers['x-requested-with']) === 'XMLHttpRequest') return false;
  return text(headers.accept).includes('text/html');
}

const text = (header: string | string[] | undefined): string =>
  (Array.isArray(header) ? header[0] : header) ?? '';
