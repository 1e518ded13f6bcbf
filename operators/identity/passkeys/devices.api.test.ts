import { devicesReport, identityPaths } from '@hearth/domain/identity-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeAuthenticator } from '../testing/authenticator.ts';
import { codesOn, ISSUER, startHome, type TestHome } from '../testing/home.ts';

const MINUTE = 60_000;

let home: TestHome;
beforeAll(async () => {
  home = await startHome();
  await home.people({ name: 'mila' }, { name: 'ben' });
});
afterAll(() => home?.stop());

const devices = async (name: string) =>
  devicesReport.parse(await (await home.admin('GET', identityPaths.devices(name))).json()).devices;

const passkeysOf = async (name: string) => (await devices(name)).length;

describe('devices', () => {
  it('are added by somebody who has shown a passkey just now, and are a second way in', async () => {
    const browser = home.browser();
    await browser.open(await home.link('ben'));
    await browser.enrol('/enrol');
    home.advance(16 * MINUTE);
    const asked = await browser.request('/devices/options', { json: {} });
    expect(asked.status).toBe(401);
    expect(asked.json()).toMatchObject({ location: expect.stringMatching(/^\/sign-in\?to=.*&again=1$/) });
    await browser.signIn();
    expect((await browser.enrol('/devices')).status).toBe(200);
    expect((await browser.request('/')).status).toBe(200);
  });

  it('are renamed and removed; what was signed in with one is signed out', async () => {
    const phone = await home.member('ben');
    const laptop = phone.clone();
    const second = fakeAuthenticator(ISSUER);
    const options = (await phone.request('/devices/options', { json: {} })).json<
      Parameters<typeof second.create>[0]
    >();
    const created = second.create(options) as { id: string };
    await phone.request('/devices/verify', { json: { response: created, name: 'Tablet' } });
    await laptop.request('/sign-out', { form: {} });
    const ask = (await laptop.request('/sign-in/options', { json: {} })).json<{
      challenge: string;
      rpId: string;
    }>();
    await laptop.request('/sign-in/verify', { json: { response: second.get(ask) } });
    await phone.signIn();
    expect((await laptop.request('/')).status).toBe(200);

    expect((await phone.request(`/devices/${created.id}/rename`, { form: { name: '' } })).status).toBe(400);
    await phone.request(`/devices/${created.id}/rename`, { form: { name: '<Ben’s> tablet' } });
    expect((await phone.request('/devices')).text).toContain('&lt;Ben’s&gt; tablet');
    const removed = await phone.request(`/devices/${created.id}/remove`, { form: {} });
    expect(removed.headers.get('location')).toBe('/devices?notice=device-removed');
    expect((await laptop.request('/')).status).toBe(303);
    const again = (await laptop.request('/sign-in/options', { json: {} })).json<{
      challenge: string;
      rpId: string;
    }>();
    expect((await laptop.request('/sign-in/verify', { json: { response: second.get(again) } })).status).toBe(
      403,
    );
  });

  it('that are the last one, or another’s, are not removed', async () => {
    for (const { id } of await devices('mila'))
      await home.admin('DELETE', `/admin/v1/users/mila/devices/${id}`);
    const mila = await home.member('mila');
    const [own] = await devices('mila');
    const [other] = await devices('ben');
    expect((await mila.request(`/devices/${own?.id}/remove`, { form: {} })).status).toBe(400);
    const count = await passkeysOf('ben');
    await mila.request(`/devices/${other?.id}/remove`, { form: {} });
    expect(await passkeysOf('ben')).toBe(count);
  });
});

describe('recovery codes', () => {
  it('are in force once one was typed, and each lets somebody enrol a device once', async () => {
    const mila = home.browser();
    await mila.open(await home.link('mila'));
    await mila.enrol('/enrol');
    const codes = codesOn((await mila.request('/recovery-codes', { form: { to: '/' } })).text);
    expect(new Set(codes).size).toBe(10);
    const [first = '', second = ''] = codes;
    const lost = home.browser();
    expect((await lost.request('/recover', { form: { name: 'mila', code: first } })).status).toBe(400);
    expect((await mila.request('/recovery-codes/confirm', { form: { code: 'WRONG' } })).status).toBe(400);
    const confirmed = await mila.request('/recovery-codes/confirm', {
      form: { code: first.toLowerCase().replaceAll('-', ' '), to: '/activity' },
    });
    expect(confirmed.headers.get('location')).toBe('/activity');

    const page = await lost.open('/recover', { form: { name: ' Mila ', code: second } });
    expect(page.url).toBe(`${ISSUER}/enrol`);
    expect((await lost.enrol('/enrol')).json()).toEqual({ location: '/devices?notice=device-added' });
    expect((await home.browser().request('/recover', { form: { name: 'mila', code: second } })).status).toBe(
      400,
    );
    expect((await home.browser().request('/recover', { form: { name: 'ben', code: first } })).status).toBe(
      400,
    );
  });

  it('can’t be tried for long from one place; and nobody is kept from recovering by others', async () => {
    const attempt = (name: string, address: string, code = 'AAAA-AAAA-AAAA-AAAA') =>
      home.browser().request('/recover', { form: { name, code }, headers: { 'x-forwarded-for': address } });
    const ben = await home.member('ben');
    const [confirmed = '', code = ''] = codesOn((await ben.request('/recovery-codes', { form: {} })).text);
    await ben.request('/recovery-codes/confirm', { form: { code: confirmed } });
    for (let n = 0; n < 30; n++) expect((await attempt('ben', `198.51.100.${n}`)).status).toBe(400);
    expect((await attempt('ben', '203.0.113.1', code)).status).toBe(303);
    const byPlace = [];
    for (let n = 0; n < 22; n++) byPlace.push((await attempt(`nobody-${n}`, `2001:db8:1:2::${n}`)).status);
    expect(byPlace.slice(19)).toEqual([400, 429, 429]);
  });
});

describe('a device that was stolen', () => {
  it('takes with it the link that was made with it', async () => {
    const thief = await home.member('mila');
    const page = await thief.request('/devices/link', { form: {} });
    const [link = ''] = /\/enrol\/[\w-]{43}/.exec(page.text) ?? [];
    expect((await home.browser().open(link)).status).toBe(200);
    for (const { id } of await devices('mila')) await home.admin('DELETE', identityPaths.device('mila', id));
    expect((await home.browser().open(link)).status).toBe(410);
  });

  it('leaves who removes it with word of what else there is to do', async () => {
    const mila = await home.member('mila');
    const { text } = await mila.request('/devices?notice=device-removed');
    expect(text).toContain('make new recovery codes');
    expect(text).toContain('app passwords');
  });
});
