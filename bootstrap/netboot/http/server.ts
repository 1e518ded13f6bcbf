import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { OpenFile, ServedFiles } from '../files.ts';
import type { Log } from '../log.ts';
import { byteRange } from './range.ts';

/** What is given over HTTP. */
export interface BootSite {
  /** Below `/images/`. */
  readonly files: ServedFiles;
  /** The iPXE script of the machine with that MAC address, at `/ipxe/MAC`. */
  script(mac: string): string;
  readonly log: Log;
}

/** How much of a file is in memory for each that loads it. */
const CHUNK = 256 * 1024;

/** A web server that gives boot scripts and images, and takes nothing. */
export const bootServer = (site: BootSite): Server =>
  createServer((request, response) => {
    answer(site, request, response).catch((error: unknown) => {
      site.log(`HTTP to ${request.socket.remoteAddress} broke off: ${String(error)}`);
      response.destroy();
    });
  });

async function answer(site: BootSite, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
  const path = pathOf(request.url ?? '');
  const mac = /^\/ipxe\/([0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})$/i.exec(path)?.[1];
  if (mac !== undefined) return giveScript(site, mac.toLowerCase().replaceAll('-', ':'), request, response);
  const name = path.startsWith('/images/') ? path.slice('/images/'.length) : undefined;
  const file = name === undefined ? undefined : await site.files.open(name);
  if (file === undefined) return refuse(response, 404);
  try {
    await giveFile(site, file, path, request, response);
  } finally {
    await file.close();
  }
}

/** The path without its query; empty where it is none. */
function pathOf(url: string): string {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/s, ''));
  } catch {
    return '';
  }
}

function giveScript(site: BootSite, mac: string, request: IncomingMessage, response: ServerResponse): void {
  const script = site.script(mac);
  site.log(`${mac} at ${request.socket.remoteAddress} got its boot script`);
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(script),
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : script);
}

async function giveFile(
  site: BootSite,
  file: OpenFile,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const range = byteRange(request.headers.range, file.size);
  if (range === 'unsatisfiable') return refuse(response, 416, { 'content-range': `bytes */${file.size}` });
  const { first, last } = range ?? { first: 0, last: file.size - 1 };
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': last - first + 1,
    'accept-ranges': 'bytes',
    ...(range ? { 'content-range': `bytes ${first}-${last}/${file.size}` } : {}),
  });
  if (request.method === 'HEAD') return void response.end();
  if (first === 0) site.log(`${request.socket.remoteAddress} loads ${path} (${file.size} bytes) by HTTP`);
  await pipeline(Readable.from(chunks(file, first, last), { objectMode: false }), response);
}

async function* chunks(file: OpenFile, first: number, last: number): AsyncGenerator<Uint8Array> {
  for (let at = first; at <= last; at += CHUNK) yield await file.read(at, Math.min(CHUNK, last - at + 1));
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, 'content-length': 0 });
  response.end();
}
