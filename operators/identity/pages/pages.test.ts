import { testSoundness } from '@hearth/pages/testing/soundness';
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from '../web/guard.ts';
import { assets } from './assets.ts';
import { pages } from './pages.ts';
import { gallery } from './testing/gallery.ts';

const shown = (name: string): string => gallery[name]?.() ?? '';

testSoundness(gallery, assets);

it('is served with a policy that lets through nothing but files of this host', () => {
  expect(contentSecurityPolicy()).not.toMatch(/unsafe|nonce|sha256/);
});

describe('what people write', () => {
  const evil = '<img src=x onerror=alert(1)>"\'&';

  it('is text, wherever it is shown', () => {
    const frame = { person: { name: evil, displayName: evil }, notice: evil };
    const at = new Date(0);
    const app = { id: evil, title: evil, url: evil, icon: evil };
    const device = { id: evil, name: evil, added: at, current: true, last: false };
    const all = [
      pages.signIn(frame, { to: evil, app, again: true }),
      pages.enrol(frame, { displayName: evil, name: evil, further: true, device: evil }),
      pages.safety(frame, { displayName: evil, device: evil, to: evil }),
      pages.recoveryCodes(frame, { codes: [evil], wrong: false, to: evil }),
      pages.recover(frame, { name: evil, problem: evil }),
      pages.launcher(frame, { apps: [app] }),
      pages.devices(frame, {
        devices: [device],
        device: evil,
        codesLeft: 1,
        link: { url: evil, expires: at },
      }),
      pages.sessions(frame, {
        sessions: [
          {
            ...device,
            browser: evil,
            address: evil,
            device: evil,
            since: at,
            seen: at,
            current: false,
            apps: [evil],
          },
        ],
        apps: [{ title: evil, way: 'itself' }],
      }),
      pages.appPasswords(frame, {
        passwords: [{ id: evil, name: evil, created: at }],
        userName: evil,
        made: { name: evil, password: evil },
      }),
      pages.activity(frame, { entries: [{ at, what: evil, app: evil, device: evil, address: evil }] }),
      pages.endSession(frame, { app: evil, form: '', apps: [{ title: evil, way: 'gateway' }] }),
      pages.signedOut(frame, { app, apps: [{ title: evil, way: 'told' }] }),
      pages.refusal(frame, { status: 403, title: evil, text: evil, onward: { url: evil, label: evil } }),
    ];
    for (const page of all) {
      expect(page).not.toContain('<img src=x');
      expect(page).not.toMatch(/="[^"]*<img/);
    }
  });
});

describe('a page', () => {
  it('offers what is there: no way to remove the last way in', () => {
    expect(shown('devices')).toContain('action="/devices/key%2F2/remove"');
    expect(shown('devices-link')).not.toContain('/remove"');
  });

  it('shows an app’s initial where it brings no picture', () => {
    expect(shown('launcher')).toMatch(/<span class="app-icon tone-\d" aria-hidden="true">F<\/span>/);
    expect(shown('launcher')).toContain('<img class="app-icon" src="data:image/svg+xml;base64,');
  });

  it('says how far signing out reaches', () => {
    expect(shown('sessions')).toContain('Signing out ends your visit to Feeds and Photos too.');
    expect(shown('signed-out')).toContain('Films can’t be told.');
  });

  it('hides no recovery code that was just made, and shows none again', () => {
    expect(shown('recovery-codes').match(/<code>/g)).toHaveLength(10);
    expect(shown('recovery-codes-wrong')).not.toContain('<code>');
  });
});
