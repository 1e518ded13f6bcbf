import { z } from 'zod';
import { matching, text } from './schema/fields.ts';
import type { Immutable } from './schema/immutable.ts';

/**
 * How a machine that has nothing yet learns where NIO’s enrolment endpoint is: from its kernel’s command line, or by
 * asking the network (DNS-SD over multicast DNS, RFC 6763 and RFC 6762). Neither is trusted: it is the pairing code that
 * tells a stranger’s endpoint from the home’s.
 */

/** The service, as DNS-SD names it. */
export const NIO_SERVICE = '_hearth._tcp.local';

/** SHA-256 of NIO’s SubjectPublicKeyInfo in base64, as `curl --pinnedpubkey` has it after `sha256//`. */
export const nioKeyHash = () =>
  matching(
    44,
    /^[A-Za-z0-9+/]{43}=$/,
    'must be the SHA-256 of NIO’s public key: 44 characters of base64, ending in =',
  );

/** Where NIO’s enrolment endpoint is, and, if that is known beforehand, with which key it proves itself. */
export const nioAddress = z.object({
  // What a kernel and a boot script take as one word: nothing in it may end it or be replaced.
  url: text(200).regex(
    /^https:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?\/?$/,
    'must be the address of NIO, such as https://nio.hearth.home.arpa:8443, without a path',
  ),
  key: nioKeyHash().optional(),
});
export type NioAddress = Immutable<z.infer<typeof nioAddress>>;

/** The strings of the service’s TXT record (RFC 6763, 6.3: KEY=VALUE, at most 255 bytes each). */
export const nioTxt = ({ url, key }: NioAddress): readonly string[] => [
  'txtvers=1',
  `nio=${url}`,
  ...(key === undefined ? [] : [`key=${key}`]),
];

/** What such a record says; undefined unless it is one of ours and whole. Of keys that come twice the first counts. */
export const nioFromTxt = (strings: readonly string[]): NioAddress | undefined =>
  parsed(pairs(strings), 'nio', 'key');

/** What a machine that is to enrol gets on its kernel’s command line. */
export const nioKernelParameters = ({ url, key }: NioAddress): readonly string[] => [
  `hearth.nio=${url}`,
  ...(key === undefined ? [] : [`hearth.nio-key=${key}`]),
];

/** What `/proc/cmdline` says about it. */
export const nioFromKernel = (commandLine: string): NioAddress | undefined =>
  parsed(pairs(commandLine.trim().split(/\s+/)), 'hearth.nio', 'hearth.nio-key');

function pairs(strings: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const each of strings) {
    const at = each.indexOf('=');
    const name = each.slice(0, at).toLowerCase();
    if (at > 0 && !found.has(name)) found.set(name, each.slice(at + 1));
  }
  return found;
}

function parsed(values: ReadonlyMap<string, string>, url: string, key: string): NioAddress | undefined {
  const candidate = { url: values.get(url), ...(values.has(key) ? { key: values.get(key) } : {}) };
  const result = nioAddress.safeParse(candidate);
  return result.success ? result.data : undefined;
}
