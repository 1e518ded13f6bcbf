import { type Html, html } from '@hearth/pages';
import { listed } from './parts.ts';
import type { AppSignOut } from './views.ts';

/** How far signing out reaches, or has, in sentences; nothing where there is nothing that it could reach. */
export function reach(apps: readonly AppSignOut[], when: 'before' | 'after'): Html | false {
  const titles = (...ways: readonly AppSignOut['way'][]) =>
    apps.filter(({ way }) => ways.includes(way)).map(({ title }) => title);
  const out = titles('gateway', 'told');
  const itself = titles('itself');
  const begin = when === 'before' ? 'Signing out ends' : 'This has ended';
  return (
    apps.length > 0 &&
    html`<ul class="reach">
${out.length > 0 && html`<li class="reach-yes">${begin} your visit to ${listed(out)} too.</li>`}
${itself.length > 0 && html`<li class="reach-no">${listed(itself)} can’t be told. If you are signed in there, sign out there as well.</li>`}
</ul>`
  );
}
