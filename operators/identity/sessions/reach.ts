import type { AppSignOut } from '../pages/views.ts';
import type { Client } from '../store/records.ts';

/** How far signing out reaches into an app. */
export const signOutReach = ({ title, strategy, signOutUri }: Client): AppSignOut => ({
  title,
  way: strategy === 'forward-auth' ? 'gateway' : signOutUri === undefined ? 'itself' : 'told',
});
