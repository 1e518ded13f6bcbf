import { createSocket } from 'node:dgram';

/*
 * A client of DHCP: node dhcp-client.ts SECONDS HEX… broadcasts each message and prints, in hexadecimal, a line for
 * each answer that it hears within those seconds.
 */
const [seconds = '2', ...messages] = process.argv.slice(2);
const socket = createSocket('udp4');
socket.on('message', (bytes) => process.stdout.write(`${bytes.toString('hex')}\n`));
socket.bind(68, () => {
  socket.setBroadcast(true);
  for (const message of messages) socket.send(Buffer.from(message, 'hex'), 67, '255.255.255.255');
});
setTimeout(() => socket.close(), Number(seconds) * 1000);
