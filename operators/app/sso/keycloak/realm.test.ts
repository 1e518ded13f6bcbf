import { describe, expect, it } from 'vitest';
import { profileFor } from './realm.ts';

const email = { name: 'email', required: { roles: ['user'] }, validations: { email: {} } };
const mark = { name: 'hearth', permissions: { view: ['admin'], edit: ['admin'] } };

describe('profileFor', () => {
  it('lets people carry the mark, which only admins see and write', () => {
    expect(profileFor({ attributes: [email] }, false)).toEqual({ attributes: [email, mark] });
  });

  it('asks for nothing in a realm of Hearth’s own', () => {
    const { required: _, ...eased } = email;
    expect(profileFor({ attributes: [email] }, true)).toEqual({ attributes: [eased, mark] });
    expect(profileFor({ attributes: [email, mark] }, true)).toEqual({ attributes: [eased, mark] });
  });

  it('leaves all else as it is', () => {
    const profile = { attributes: [email], groups: [{ name: 'x' }] };
    expect(profileFor(profile, false)).toMatchObject({ groups: [{ name: 'x' }] });
    expect(profileFor({ attributes: [email, mark] }, false)).toBeUndefined();
    expect(profileFor({ attributes: [mark] }, true)).toBeUndefined();
  });
});
