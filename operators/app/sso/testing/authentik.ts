import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Application,
  ApplicationRequestFromJSON,
  type CertificateKeyPair,
  type Flow,
  type Group,
  GroupRequestFromJSON,
  instanceOfApplicationRequest,
  instanceOfGroupRequest,
  instanceOfOAuth2ProviderRequest,
  instanceOfPolicyBindingRequest,
  instanceOfUserRequest,
  type OAuth2Provider,
  OAuth2ProviderRequestFromJSON,
  PatchedApplicationRequestFromJSON,
  PatchedUserRequestFromJSON,
  type PolicyBinding,
  PolicyBindingRequestFromJSON,
  type ScopeMapping,
  type User,
  UserRequestFromJSON,
} from '@goauthentik/api';
import {
  applicationFurniture,
  flows,
  groupFurniture,
  keyPairs,
  mappings,
  providerFurniture,
  userFurniture,
} from './authentik-furniture.ts';

/**
 * A fake of Authentik's API, since the product itself can't be run here: as much of it as the adapter uses, in memory.
 * What it takes and gives is held to the types that Authentik publishes of its API (`@goauthentik/api`). What it can't
 * tell is whether Authentik itself does as it says.
 */
export interface FakeAuthentik extends AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number };
  readonly token: string;
  readonly providers: OAuth2Provider[];
  readonly applications: Application[];
  readonly bindings: PolicyBinding[];
  readonly groups: Group[];
  readonly users: User[];
  /** What was asked to be changed, as `METHOD PATH`. */
  readonly changes: string[];
  /** Called before each answer; what it gives is answered instead. */
  before: (method: string, path: string) => number | undefined;
  /** Whether somebody of these groups would be let into an application that has a provider. */
  admits(slug: string, groups: readonly string[]): boolean;
}

type Answer = readonly [status: number, body?: unknown];

/** A list of the API: how its items are found, made and changed. */
interface Collection<T> {
  readonly items: T[];
  keyOf(item: T): string;
  /** Only these parameters narrow it: one that it doesn't know is a mistake of who asks. */
  readonly filters: Readonly<Record<string, (item: T, value: string) => boolean>>;
  /** Undefined where the body is not of the type that is asked for. */
  make?(body: unknown): T | undefined;
  change?(body: unknown): Partial<T>;
  isTaken?(item: T): boolean;
}

/** Starts one. */
export async function fakeAuthentik(token = 'a-token-of-authentik'): Promise<FakeAuthentik> {
  const state = emptyState();
  const collections = collectionsOf(state);
  const changes: string[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    if (method !== 'GET') changes.push(`${method} ${url}`);
    const text = Buffer.concat(await request.toArray()).toString('utf8');
    const instead = fake.before(method, url);
    const [status, body] = instead === undefined ? answer(request, text) : [instead];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(asSnake(body)));
  });
  const answer = ({ method = '', url = '', headers }: IncomingMessage, text: string): Answer => {
    if (headers.authorization !== `Bearer ${token}`) return [403, { detail: 'Token invalid/expired' }];
    const { pathname, searchParams } = new URL(url, 'http://fake');
    const [prefix] = Object.keys(collections).filter((each) => pathname.startsWith(`/api/v3${each}`));
    const collection = collections[prefix ?? ''];
    if (prefix === undefined || collection === undefined) return [404, { detail: 'Not found.' }];
    const key = decodeURIComponent(pathname.slice(`/api/v3${prefix}`.length).replace(/\/$/, ''));
    return asked(collection, method, key, searchParams, text === '' ? undefined : JSON.parse(text));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address: host, port } = server.address() as AddressInfo;
  const fake: FakeAuthentik = {
    ...state,
    address: { host, port },
    token,
    changes,
    before: () => undefined,
    admits: (slug, groups) => admits(state, slug, groups),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}

function asked<T>(
  { items, keyOf, filters, make, change, isTaken }: Collection<T>,
  method: string,
  key: string,
  query: URLSearchParams,
  body: unknown,
): Answer {
  if (key === '' && method === 'GET') return listed(items, filters, query);
  if (key === '') {
    const made = make?.(body);
    if (made === undefined) return [400, { nonFieldErrors: ['This field is required.'] }];
    if (isTaken?.(made)) return [400, { name: ['This field must be unique.'] }];
    items.push(made);
    return [201, made];
  }
  const index = items.findIndex((item) => keyOf(item) === key);
  const item = items[index];
  if (item === undefined) return [404, { detail: 'Not found.' }];
  if (method === 'GET') return [200, item];
  if (method === 'DELETE') {
    items.splice(index, 1);
    return [204];
  }
  const changed = method === 'PUT' ? make?.(body) : change?.(body);
  if (changed === undefined) return [400, { nonFieldErrors: ['This field is required.'] }];
  const { pk: _, ...fields } = changed as T & { pk?: unknown };
  items[index] = { ...item, ...withoutUndefined(fields) };
  return [200, items[index]];
}

function listed<T>(items: readonly T[], filters: Collection<T>['filters'], query: URLSearchParams): Answer {
  let results = [...items];
  for (const [name, value] of query) {
    if (['page', 'page_size'].includes(name) || name.startsWith('include_')) continue;
    const filter = filters[name];
    if (filter === undefined) throw new Error(`Authentik knows no filter ${name} here`);
    results = results.filter((item) => filter(item, value));
  }
  const [page, size] = [Number(query.get('page') ?? 1), Number(query.get('page_size') ?? 20)];
  const end = page * size;
  const pagination = {
    next: end < results.length ? page + 1 : 0,
    previous: page - 1,
    count: results.length,
    current: page,
    totalPages: Math.ceil(results.length / size),
    startIndex: end - size + 1,
    endIndex: Math.min(end, results.length),
  };
  return [200, { pagination, results: results.slice(end - size, end), autocomplete: {} }];
}

type State = Pick<FakeAuthentik, 'providers' | 'applications' | 'bindings' | 'groups' | 'users'>;

const emptyState = (): State => ({ providers: [], applications: [], bindings: [], groups: [], users: [] });

let last = 0;
const isSame =
  <T>(field: keyof T) =>
  (item: T, value: string): boolean =>
    String(item[field]) === value;

function collectionsOf(state: State): Readonly<Record<string, Collection<never>>> {
  const collections = {
    '/providers/oauth2/': providersOf(state),
    '/core/applications/': applicationsOf(state),
    '/policies/bindings/': bindingsOf(state),
    '/core/groups/': groupsOf(state),
    '/core/users/': usersOf(state),
    '/flows/instances/': {
      items: flows,
      keyOf: ({ slug }: Flow) => slug,
      filters: { slug: isSame<Flow>('slug') },
    },
    '/crypto/certificatekeypairs/': {
      items: keyPairs,
      keyOf: ({ pk }: CertificateKeyPair) => pk,
      filters: { has_key: ({ privateKeyAvailable }: CertificateKeyPair) => privateKeyAvailable },
    },
    '/propertymappings/provider/scope/': {
      items: mappings,
      keyOf: ({ pk }: ScopeMapping) => pk,
      filters: { managed: () => true },
    },
  };
  return collections as unknown as Readonly<Record<string, Collection<never>>>;
}

const providersOf = ({ providers }: State): Collection<OAuth2Provider> => ({
  items: providers,
  keyOf: ({ pk }) => `${pk}`,
  filters: { client_id: isSame('clientId') },
  isTaken: ({ name, clientId }) => providers.some((one) => one.name === name || one.clientId === clientId),
  make: (body) => {
    const request = OAuth2ProviderRequestFromJSON(body);
    if (!instanceOfOAuth2ProviderRequest(request)) return undefined;
    return { ...request, ...providerFurniture, pk: ++last };
  },
});

const applicationsOf = ({ applications }: State): Collection<Application> => ({
  items: applications,
  keyOf: ({ slug }) => slug,
  filters: { slug: isSame('slug') },
  isTaken: ({ slug }) => applications.some((one) => one.slug === slug),
  make: (body) => {
    const request = ApplicationRequestFromJSON(body);
    if (!instanceOfApplicationRequest(request)) return undefined;
    const pk = randomUUID();
    return { ...request, ...applicationFurniture, pk, pbmUuid: pk };
  },
  change: (body) => PatchedApplicationRequestFromJSON(body),
});

const bindingsOf = ({ bindings, groups }: State): Collection<PolicyBinding> => ({
  items: bindings,
  keyOf: ({ pk }) => pk,
  filters: { target: isSame('target') },
  make: (body) => {
    const request = PolicyBindingRequestFromJSON(body);
    if (!instanceOfPolicyBindingRequest(request)) return undefined;
    const groupObj = groups.find(({ pk }) => pk === request.group) ?? null;
    const rest = { policyObj: null, userObj: null, expires: null, expiring: false };
    return { policy: null, user: null, ...request, groupObj, ...rest, pk: randomUUID() };
  },
});

const groupsOf = ({ groups }: State): Collection<Group> => ({
  items: groups,
  keyOf: ({ pk }) => pk,
  filters: { name: isSame('name') },
  isTaken: ({ name }) => groups.some((one) => one.name === name),
  make: (body) => {
    const request = GroupRequestFromJSON(body);
    if (!instanceOfGroupRequest(request)) return undefined;
    return { ...request, ...groupFurniture, pk: randomUUID(), numPk: ++last };
  },
});

const usersOf = ({ users }: State): Collection<User> => ({
  items: users,
  keyOf: ({ pk }) => `${pk}`,
  filters: {},
  isTaken: ({ username }) => users.some((one) => one.username === username),
  make: (body) => {
    const request = UserRequestFromJSON(body);
    if (!instanceOfUserRequest(request)) return undefined;
    const uuid = randomUUID();
    return { isActive: true, ...request, ...userFurniture, pk: ++last, uid: uuid, uuid };
  },
  change: (body) => PatchedUserRequestFromJSON(body),
});

/** As Authentik decides by its bindings, where any of them will do: without one, everybody may enter. */
function admits({ applications, bindings }: State, slug: string, groups: readonly string[]): boolean {
  const application = applications.find((one) => one.slug === slug);
  if (typeof application?.provider !== 'number') return false;
  const own = bindings.filter(({ target }) => target === application.pk);
  return own.length === 0 || own.some(({ groupObj }) => groups.includes(groupObj?.name ?? ''));
}

const withoutUndefined = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

/** JSON as the API has it; what stands in `attributes` is whoever wrote it's own. */
function asSnake(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSnake);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      name === 'attributes' ? inner : asSnake(inner),
    ]),
  );
}
