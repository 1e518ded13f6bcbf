import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);
/** As PostgreSQL itself does it (RFC 7677 asks for at least this many). */
const iterations = 4096;

/**
 * What PostgreSQL stores of a password (RFC 5803). Sent in the password's place, so that no log of the server
 * (`log_statement`, `pg_stat_statements`, an error's context) ever holds a password that opens anything.
 * @param password printable ASCII; anything else would need SASLprep first.
 */
export async function scramVerifier(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const salted = await derive(password, salt, iterations, 32, 'sha256');
  const hmac = (message: string) => createHmac('sha256', salted).update(message).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
