import { request } from 'node:https';

/** Where and whom to ask. */
export interface Visit {
  /** PEM of the only authority that is trusted. */
  readonly ca: string;
  /** The address to dial instead of looking the name up, as a hosts entry would. */
  readonly address: string;
  readonly timeout?: number;
  /** What goes with the request, beside the host. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of an app. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Opens a page as a browser would: by its name, over TLS, trusting the home's authority alone. */
export function visit(url: string, { ca, address, timeout = 5_000, headers = {} }: Visit): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { hostname, port, pathname, search } = new URL(url);
  const outgoing = request(
    {
      host: address,
      port: port || 443,
      path: pathname + search,
      servername: hostname,
      headers: { ...headers, host: new URL(url).host },
      ca,
      timeout,
      agent: false,
    },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    },
  );
  outgoing.on('timeout', () => outgoing.destroy(new Error(`${url} gave no answer within ${timeout} ms`)));
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}
