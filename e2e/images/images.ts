import { join } from 'node:path';
import type { ImageRecipe } from '../../bootstrap/images/recipe.ts';

/** A public image, as the catalogue and the charts name it, and the recipe that stands in for it. */
export interface LocalImage {
  readonly public: string;
  readonly recipe: ImageRecipe;
}

const folderOf = (name: string): string => join(import.meta.dirname, name);
const REPOSITORY = join(import.meta.dirname, '../..');
const STRIP = '-s -w';

/** Debian 12, which the other recipes start from. */
const base: ImageRecipe = {
  name: 'localhost/hearth/base:12',
  context: folderOf('base'),
  inputs: {
    'rootfs.tar': { kind: 'debootstrap', suite: 'bookworm', include: ['ca-certificates', 'tzdata'] },
  },
};

/** Node.js and npm on it. */
const node: ImageRecipe = {
  name: 'localhost/hearth/node:24',
  context: folderOf('node'),
  files: [],
  bases: { BASE: base },
  inputs: { node_modules: { kind: 'npm', folder: folderOf('node') } },
};

const postgres: ImageRecipe = {
  name: 'localhost/hearth/postgres:15',
  context: folderOf('postgres'),
  bases: { BASE: base },
};

const traefik: ImageRecipe = {
  name: 'localhost/hearth/traefik:v3.7.13',
  context: folderOf('traefik'),
  bases: { BASE: base },
  inputs: {
    traefik: {
      kind: 'go',
      module: join(REPOSITORY, 'bootstrap/tools/traefik'),
      package: 'github.com/traefik/traefik/v3/cmd/traefik',
      ldflags: `${STRIP} -X github.com/traefik/traefik/v3/pkg/version.Version=3.7.13`,
    },
  },
};

const miniflux: ImageRecipe = {
  name: 'localhost/hearth/miniflux:2.2.14',
  context: folderOf('miniflux'),
  files: [],
  bases: { BASE: base },
  inputs: {
    miniflux: {
      kind: 'go',
      module: folderOf('miniflux'),
      package: 'miniflux.app/v2',
      ldflags: `${STRIP} -X miniflux.app/v2/internal/version.Version=2.2.14`,
    },
  },
};

const actual: ImageRecipe = {
  name: 'localhost/hearth/actual-server:26.9.0',
  context: folderOf('actual'),
  bases: { NODE_IMAGE: node },
};

/** The suite's own image, from the Dockerfile that its published image is made by too. */
const operators: ImageRecipe = {
  name: 'localhost/hearth/operators:dev',
  context: REPOSITORY,
  files: ['package.json', 'package-lock.json', '.npmrc', 'operators/**/*.ts', 'operators/*/package.json'],
  args: { PART: 'operators' },
  bases: { BASE: base, NODE_IMAGE: node },
};

/** What browsers load of the look that all pages have. */
const LOOK = 'operators/pages/**/*.{css,svg}';

/** The identity provider, from the same Dockerfile. */
const identity: ImageRecipe = {
  name: 'localhost/hearth/identity:dev',
  context: REPOSITORY,
  files: [...(operators.files ?? []), LOOK, 'operators/identity/pages/**/*.{css,js,webmanifest}'],
  args: {
    PART: 'operators/identity',
    WORKSPACE: 'operators/identity',
    LOADS: '/app/operators/identity/start.ts /app/operators/identity/pages/pages.ts',
  },
  bases: { BASE: base, NODE_IMAGE: node },
};

/** The event sink, from the same Dockerfile. Its store is loaded by a thread. */
const eventSink: ImageRecipe = {
  name: 'localhost/hearth/event-sink:dev',
  context: REPOSITORY,
  files: [...(operators.files ?? []), LOOK, 'operators/event-sink/http/pages/**/*.css'],
  args: {
    PART: 'operators/event-sink',
    WORKSPACE: 'operators/event-sink',
    LOADS:
      '/app/operators/event-sink/start.ts /app/operators/event-sink/http/pages/pages.ts /app/operators/event-sink/graph/embedded/store.ts',
  },
  bases: { BASE: base, NODE_IMAGE: node },
};

/** An image of Debian's packages alone. */
const debian = (name: string, version: string): ImageRecipe => ({
  name: `localhost/hearth/${name}:${version}`,
  context: folderOf(name),
  bases: { BASE: base },
});

const keycloak: ImageRecipe = {
  ...debian('keycloak', '26.0.7'),
  inputs: { 'keycloak.zip': { kind: 'maven', artifact: 'org.keycloak:keycloak-quarkus-dist:26.0.7:zip' } },
};

/** The directory, with the rules of who may see what that its adapter relies on. */
const directory: ImageRecipe = {
  name: 'localhost/hearth/directory:dev',
  context: REPOSITORY,
  dockerfile: 'e2e/images/openldap/Dockerfile',
  files: ['e2e/images/openldap/*', 'operators/app/sso/openldap/access.conf'],
  bases: { BASE: base },
};

/**
 * What a machine that can't pull makes instead. A Home's `imageOverrides` are these pairs; building the images in
 * this order makes what several of them share only once.
 */
export const localImages: readonly LocalImage[] = [
  { public: 'ghcr.io/hearth/operators:dev', recipe: operators },
  { public: 'ghcr.io/hearth-home/event-sink:0.1.0', recipe: eventSink },
  { public: 'docker.io/library/traefik:v3.7.13', recipe: traefik },
  { public: 'docker.io/library/postgres:15', recipe: postgres },
  { public: 'ghcr.io/miniflux/miniflux:2.2.14', recipe: miniflux },
  { public: 'docker.io/actualbudget/actual-server:26.9.0', recipe: actual },
  { public: 'ghcr.io/hearth-home/identity:0.1.0', recipe: identity },
];

/** What only tests of single sign-on install. */
export const signOnImages: readonly LocalImage[] = [
  { public: 'ghcr.io/hearth-home/directory:0.1.0', recipe: directory },
  { public: 'docker.io/qbittorrentofficial/qbittorrent-nox:4.5.2-1', recipe: debian('qbittorrent', '4.5.2') },
  { public: 'docker.io/dokuwiki/dokuwiki:2022-07-31a', recipe: debian('dokuwiki', '2022-07-31a') },
  { public: 'quay.io/keycloak/keycloak:26.0.7', recipe: keycloak },
];

/** The entries of a Home's `imageOverrides` for them. */
export const imageOverrides = (): { name: string; image: string }[] =>
  localImages.map(({ public: name, recipe }) => ({ name, image: recipe.name }));
