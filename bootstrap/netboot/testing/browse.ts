import { browseNio } from '../../discovery/browse.ts';

/* A machine that asks where NIO is: node browse.ts ADDRESS prints what it hears. */
process.stdout.write(`${JSON.stringify(await browseNio(process.argv[2]))}\n`);
