import type { UserProfileConfig } from '@keycloak/keycloak-admin-client/lib/defs/userProfileMetadata.js';
import { groupsScope } from './client.ts';
import { type Admin, unlessThere } from './session.ts';

/** The attribute by which a realm, a group and a person are known as Hearth's: the home's id. */
export const homeAttribute = 'hearth';

/** Makes the realm where it is not there. One that is, is somebody's: it gets nothing but what Hearth makes in it. */
export async function ensureRealm(admin: Admin, realm: string, home: string): Promise<void> {
  if (await admin.realms.findOne({ realm })) return;
  await unlessThere(
    admin.realms.create({
      realm,
      enabled: true,
      registrationAllowed: false,
      bruteForceProtected: true,
      loginWithEmailAllowed: true,
      attributes: { [homeAttribute]: home },
    }),
  );
}

/** The client scope `groups`, by which apps are told a person's groups by their bare names; gives its id. */
export async function ensureGroupsScope(admin: Admin): Promise<string> {
  const there = await admin.clientScopes.findOneByName({ name: groupsScope });
  if (there?.id !== undefined) return there.id;
  await unlessThere(
    admin.clientScopes.create({
      name: groupsScope,
      description: 'The groups of a person, by name.',
      protocol: 'openid-connect',
      attributes: { 'include.in.token.scope': 'true', 'display.on.consent.screen': 'false' },
      protocolMappers: [
        {
          name: 'groups',
          protocol: 'openid-connect',
          protocolMapper: 'oidc-group-membership-mapper',
          config: {
            'claim.name': 'groups',
            'full.path': 'false',
            'id.token.claim': 'true',
            'access.token.claim': 'true',
            'userinfo.token.claim': 'true',
          },
        },
      ],
    }),
  );
  const made = await admin.clientScopes.findOneByName({ name: groupsScope });
  if (made?.id === undefined) throw new Error(`client scope ${groupsScope} was made, and is not there`);
  return made.id;
}

/**
 * Lets a realm's people carry the mark, where only admins see and write it. In a realm of Hearth's own, a family's
 * people need no second name and no address to sign in.
 */
export async function ensureProfile(admin: Admin, realm: string, home: string): Promise<void> {
  const profile = await admin.users.getProfile();
  const isOwn = (await admin.realms.findOne({ realm }))?.attributes?.[homeAttribute] === home;
  const wanted = profileFor(profile, isOwn);
  if (wanted !== undefined) await admin.users.updateProfile(wanted);
}

/** The profile as it must be; undefined where it is so. */
export function profileFor(profile: UserProfileConfig, isOwn: boolean): UserProfileConfig | undefined {
  const attributes = profile.attributes ?? [];
  const isMarked = attributes.some(({ name }) => name === homeAttribute);
  const isDemanding = isOwn && attributes.some(({ required }) => required !== undefined);
  if (isMarked && !isDemanding) return undefined;
  const eased = attributes.map((attribute) => {
    const { required, ...rest } = attribute;
    return isOwn ? rest : attribute;
  });
  const mark = { name: homeAttribute, permissions: { view: ['admin'], edit: ['admin'] } };
  return { ...profile, attributes: isMarked ? eased : [...eased, mark] };
}
