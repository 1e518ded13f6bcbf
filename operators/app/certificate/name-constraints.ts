/** The extension's object identifier, 2.5.29.30. */
const identifier = Buffer.from([0x06, 0x03, 0x55, 0x1d, 0x1e]);
const critical = Buffer.from([0x01, 0x01, 0xff]);

const sequence = 0x30;
const octetString = 0x04;
/** The alternatives of GeneralName, and the two fields of NameConstraints, are context-specific tags. */
const dnsName = 0x82;
const ipAddress = 0x87;
const permitted = 0xa0;
const excluded = 0xa1;

/**
 * The X.509 extension that limits an authority to one domain (RFC 5280, 4.2.1.10), as DER: `domain` itself
 * and all names below it. A constraint binds only names of its own type, so all addresses are excluded as
 * well: the authority could else vouch for any IP.
 */
export function nameConstraints(domain: string): Buffer {
  const subtree = (tag: number, base: Buffer) => der(sequence, der(tag, base));
  const everyAddress = [Buffer.alloc(8), Buffer.alloc(32)].map((range) => subtree(ipAddress, range));
  const constraints = der(
    sequence,
    der(permitted, subtree(dnsName, Buffer.from(domain, 'ascii'))),
    der(excluded, ...everyAddress),
  );
  return der(sequence, identifier, critical, der(octetString, constraints));
}

/** One DER element: tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}
