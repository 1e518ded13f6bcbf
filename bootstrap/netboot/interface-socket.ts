import { constants } from 'node:os';
import { Failure } from '../failure.ts';

/** A socket that only ever hears and speaks on one interface. */
export interface InterfaceSocket {
  readonly kind: 'udp' | 'tcp';
  /** The interface’s name, such as `eth0`. */
  readonly device: string;
  /** One of its IPv4 addresses; `0.0.0.0` to hear broadcasts too. */
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
  /** What needs it, for whoever reads that it can’t be had. */
  readonly purpose: string;
}

// <bits/socket.h> and <asm-generic/socket.h>; the same on x86-64 and arm64, for which alone there is a koffi here.
const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_BINDTODEVICE = 25;

/**
 * The descriptor of such a socket, bound, for `dgram` or `net` to take over. Node can bind to an address only: but a
 * broadcast has none that would tell networks apart, and Linux takes a packet for an address of one interface on any.
 * @throws Failure when the port is taken, or the right to it is missing.
 */
export async function interfaceSocket(wanted: InterfaceSocket): Promise<number> {
  if (process.platform !== 'linux')
    throw new Failure(`A socket can be tied to an interface on Linux only, and this is ${process.platform}.`);
  const libc = await loadLibc();
  const type = wanted.kind === 'tcp' ? SOCK_STREAM : SOCK_DGRAM;
  const fd = checked(libc, wanted, libc.socket(AF_INET, type | SOCK_CLOEXEC, 0));
  try {
    const device = Buffer.from(`${wanted.device}\0`);
    checked(libc, wanted, libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, device.length));
    // For UDP it would share the port with another server, and each would get a part of what is asked.
    if (wanted.kind === 'tcp') {
      const on = Buffer.from(Int32Array.of(1).buffer);
      checked(libc, wanted, libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, on, on.length));
    }
    const address = socketAddress(wanted);
    checked(libc, wanted, libc.bind(fd, address, address.length));
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  close(fd: number): number;
  errno(): number;
}

/** Loaded only where it is needed: it is native code, and no other command has a use for it. */
async function loadLibc(): Promise<Libc> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(null);
  return {
    socket: library.func('int socket(int domain, int type, int protocol)'),
    setsockopt: library.func(
      'int setsockopt(int fd, int level, int name, const void *value, unsigned int length)',
    ),
    bind: library.func('int bind(int fd, const void *address, unsigned int length)'),
    close: library.func('int close(int fd)'),
    errno: () => koffi.errno(),
  };
}

/** `struct sockaddr_in`: the family in the machine’s order, port and address in the network’s. */
function socketAddress({ address, port }: InterfaceSocket): Uint8Array {
  const bytes = Buffer.alloc(16);
  new Uint16Array(bytes.buffer, bytes.byteOffset, 1)[0] = AF_INET;
  bytes.writeUInt16BE(port, 2);
  bytes.set(address.split('.').map(Number), 4);
  return bytes;
}

function checked(libc: Libc, wanted: InterfaceSocket, result: number): number {
  if (result >= 0) return result;
  const { kind, port, device, purpose } = wanted;
  const what = `${kind.toUpperCase()} port ${port} of ${device}, for ${purpose}`;
  switch (libc.errno()) {
    case constants.errno.EADDRINUSE:
      throw new Failure(
        `Another program on this machine has ${what}. Stop it, or run kiko on another machine.`,
      );
    case constants.errno.EACCES:
    case constants.errno.EPERM:
      throw new Failure(`Only root may have ${what}: run it with sudo.`);
    case constants.errno.ENODEV:
    case constants.errno.EADDRNOTAVAIL:
      throw new Failure(`${device} went away, or lost its address ${wanted.address}.`);
    default:
      throw new Failure(`${what}, can’t be had: the system says errno ${libc.errno()}.`);
  }
}
