import type {
  AccountsReport,
  AuditReport,
  DevicesReport,
  EnrolmentReport,
} from '@hearth/domain/identity-api';
import {
  accountsRequest,
  type ClientMark,
  clientMarkHeader,
  clientRequest,
  enrolmentRequest,
} from '@hearth/domain/identity-api';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Foreign, pushClient, removeClient, reportOf } from '../clients/push.ts';
import type { DirectoryKeeper } from '../directory/keeper.ts';
import type { Identity } from '../identity.ts';
import { digest, sameText } from '../keys/keys.ts';
import { removeDevice } from '../people/devices.ts';
import { freshLink } from '../people/links.ts';
import { pushAccounts } from '../people/push.ts';
import { type Account, BY_ADMINISTRATOR } from '../store/records.ts';
import { AdminRefusal } from './refusal.ts';

const MINUTE = 60_000;
const AUDIT_PAGE = 1000;

/** What the admin API is made of, beside identity. */
export interface AdminParts {
  /** Whoever brings it may do everything. */
  readonly token: string;
  /** The directory that identity keeps, where it keeps one. */
  readonly directory?: Pick<DirectoryKeeper, 'catchUp'> | undefined;
}

/** The admin API (`@hearth/domain`, identity-api): for whoever brings the token, the App operator. */
export const adminPlugin =
  (identity: Identity, { token, directory }: AdminParts): FastifyPluginAsync =>
  async (server) => {
    server.addHook('onRequest', async (request) => {
      const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      if (!sameText(digest(given), digest(token)))
        throw new AdminRefusal(401, 'unauthorized', 'a token is missing, or wrong');
    });
    clientRoutes(server, identity);
    accountRoutes(server, identity, directory);
    deviceRoutes(server, identity);
    server.get<{ Querystring: { after?: string } }>(
      '/admin/v1/audit',
      async (request): Promise<AuditReport> => {
        const after = Number.parseInt(request.query.after ?? '0', 10) || 0;
        const entries = await identity.store.audit.after(after, AUDIT_PAGE);
        return {
          entries: entries.map(({ at, sub: _sub, ...entry }) => ({
            ...entry,
            time: new Date(at).toISOString(),
          })),
        };
      },
    );
  };

type ById = FastifyRequest<{ Params: { id: string } }>;
type ByName = FastifyRequest<{ Params: { name: string } }>;
type ByDevice = FastifyRequest<{ Params: { name: string; id: string } }>;

function clientRoutes(server: FastifyInstance, identity: Identity): void {
  server.get('/admin/v1/clients/:id', async (request: ById) => {
    const client = identity.clients.find(request.params.id);
    if (client === undefined)
      throw new AdminRefusal(404, 'not-found', `there is no client ${request.params.id}`);
    return reportOf(client);
  });
  server.put('/admin/v1/clients/:id', async (request: ById) => {
    const wanted = parse(clientRequest, request.body);
    if (wanted.id !== request.params.id)
      throw new AdminRefusal(400, 'invalid', 'the path names another client');
    const report = await pushClient(identity, wanted);
    if ('foreign' in report) throw foreign(report);
    return report;
  });
  server.delete('/admin/v1/clients/:id', async (request: ById, reply) => {
    const refused = await removeClient(identity, request.params.id, markOf(request));
    if (refused !== undefined) throw foreign(refused);
    return reply.code(204).send();
  });
}

const foreign = ({ foreign: mark }: Foreign): AdminRefusal =>
  new AdminRefusal(409, 'foreign', 'the client is of another owner', mark);

function markOf(request: FastifyRequest): ClientMark {
  const header = request.headers[clientMarkHeader];
  try {
    return parse(clientRequest.shape.mark, JSON.parse(String(header)));
  } catch {
    throw new AdminRefusal(400, 'invalid', `the header ${clientMarkHeader} must be a mark in JSON`);
  }
}

function accountRoutes(
  server: FastifyInstance,
  identity: Identity,
  directory: AdminParts['directory'],
): void {
  server.get('/admin/v1/accounts', () => accountsOf(identity, directory));
  server.put('/admin/v1/accounts', async (request) => {
    await pushAccounts(identity, parse(accountsRequest, request.body));
    return accountsOf(identity, directory);
  });
  server.post('/admin/v1/users/:name/enrolment', async (request: ByName): Promise<EnrolmentReport> => {
    const account = await accountOf(identity, request);
    if (account.disabled) throw new AdminRefusal(409, 'disabled', `${account.name} is disabled`);
    const { validMinutes } = parse(enrolmentRequest, request.body);
    const expires = identity.clock.now().getTime() + validMinutes * MINUTE;
    const { link, url } = freshLink(identity, account.sub, expires);
    await identity.store.links.put(link);
    await identity.audit({
      event: 'link-made',
      sub: account.sub,
      user: account.name,
      detail: BY_ADMINISTRATOR,
    });
    return { url, expires: new Date(expires).toISOString() };
  });
}

async function accountsOf(
  { store, people }: Identity,
  directory: AdminParts['directory'],
): Promise<AccountsReport> {
  const [revision, passkeys, appPasswords] = await Promise.all([
    store.accounts.revision(),
    store.passkeys.counts(),
    store.appPasswords.all(),
  ]);
  const users = people.all().filter(({ removed }) => removed === undefined);
  // After the revision was read: what it is of, the directory knows too.
  const standing = await directory?.catchUp();
  return {
    revision,
    ...(standing !== undefined && { directory: standing }),
    users: users.map(({ name, sub, lastSignIn }) => ({
      name,
      sub,
      passkeys: passkeys.get(sub) ?? 0,
      appPasswords: appPasswords.filter((password) => password.sub === sub).length,
      ...(lastSignIn !== undefined && { lastSignIn: new Date(lastSignIn).toISOString() }),
    })),
  };
}

function deviceRoutes(server: FastifyInstance, identity: Identity): void {
  server.get('/admin/v1/users/:name/devices', async (request: ByName): Promise<DevicesReport> => {
    const passkeys = await identity.store.passkeys.of((await accountOf(identity, request)).sub);
    return {
      devices: passkeys.map(({ id, name, created, lastUsed }) => ({
        id,
        name,
        added: new Date(created).toISOString(),
        ...(lastUsed !== undefined && { lastUsed: new Date(lastUsed).toISOString() }),
      })),
    };
  });
  server.delete('/admin/v1/users/:name/devices/:id', (request: ByDevice, reply) =>
    removeOne(identity, request, reply),
  );
}

async function removeOne(identity: Identity, request: ByDevice, reply: FastifyReply): Promise<FastifyReply> {
  const { sub, name } = await accountOf(identity, request);
  const device = (await identity.store.passkeys.of(sub)).find(({ id }) => id === request.params.id);
  if (await removeDevice(identity, sub, request.params.id)) {
    await identity.audit({
      event: 'device-removed',
      sub,
      user: name,
      detail: BY_ADMINISTRATOR,
      ...(device && { device: device.name }),
    });
  }
  return reply.code(204).send();
}

/** Somebody of the home. Who is not in memory may have been pushed to another replica a moment ago. */
async function accountOf(
  { people }: Identity,
  { params: { name } }: Pick<ByName, 'params'>,
): Promise<Account> {
  const find = () => {
    const account = people.byName(name);
    return account?.removed === undefined ? account : undefined;
  };
  if (find() === undefined) await people.load();
  const account = find();
  if (account === undefined) throw new AdminRefusal(404, 'not-found', `there is nobody called ${name}`);
  return account;
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const { data, error } = schema.safeParse(body);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw new AdminRefusal(
    400,
    'invalid',
    `${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'is wrong'}`,
  );
}
