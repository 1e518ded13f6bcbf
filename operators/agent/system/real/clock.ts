import { run } from './run.ts';

/** Sets the machine's clock, through the service that keeps it. What keeps it by the network is asked to wait so long. */
export async function setClock(now: Date): Promise<void> {
  const [date = '', time = ''] = now.toISOString().split('T');
  await run('timedatectl', ['set-ntp', 'false'], { accept: [1] });
  try {
    await run('timedatectl', ['--adjust-system-clock', 'set-time', `${date} ${time.slice(0, 8)} UTC`]);
  } finally {
    await run('timedatectl', ['set-ntp', 'true'], { accept: [1] });
  }
}
