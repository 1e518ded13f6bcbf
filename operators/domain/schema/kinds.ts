import { App } from './app.ts';
import { AppDefinition } from './app-definition.ts';
import { Connection } from './connection.ts';
import { Database } from './database.ts';
import { Group } from './group.ts';
import { Home } from './home.ts';
import { type IntegrationKind, integrationKinds } from './integration.ts';
import type { KindDefinition } from './kind.ts';
import { Machine } from './machine.ts';
import { NixOSConfiguration } from './nixos-configuration.ts';
import { Plan } from './plan.ts';
import { Route } from './route.ts';
import { SSOClient } from './sso-client.ts';
import { User } from './user.ts';

/** Every kind of the suite. CustomResourceDefinitions, reference pages and RBAC are generated from this list. */
export const kinds: readonly KindDefinition[] = [
  Home,
  AppDefinition,
  App,
  Plan,
  Database,
  Route,
  SSOClient,
  Connection,
  User,
  Group,
  Machine,
  NixOSConfiguration,
];

/** The kinds of integration that this suite can make: those that are resources of it. */
export const supportedIntegrations: ReadonlySet<IntegrationKind> = new Set(
  kinds.map(({ kind }) => kind).filter((kind): kind is IntegrationKind => kind in integrationKinds),
);
