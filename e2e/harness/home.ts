import type { App, HearthResource, Home } from '@hearth/domain';
import { waitForApp } from '../../bootstrap/apps/lifecycle.ts';
import { applyObjects, type Kubectl, kubectlFor } from '../../bootstrap/kubectl.ts';
import { ensureTools } from '../../bootstrap/local/native/toolchain.ts';
import { waitUntil } from '../../bootstrap/waiting.ts';
import { type Answer, visit } from './https.ts';
import { kiko } from './kiko.ts';

/** A home of a test's own: a real cluster with Hearth in it, and no app. */
export interface TestHome {
  readonly kubectl: Kubectl;
  readonly kubeconfig: string;
  /** Where its gateway is. */
  readonly address: string;
  /** Applies objects, and waits for nothing. */
  apply(...objects: object[]): Promise<void>;
  /** Waits until an App is Ready, and answers where the gateway lets people in: it hears of the App a moment later. */
  ready(name: string, namespace?: string): Promise<App>;
  get<T = HearthResource>(resource: string, name: string, namespace?: string): Promise<T>;
  list<T>(resource: string, namespace: string, ...args: string[]): Promise<T[]>;
  /** Waits until an object is as it should be, and gives it. */
  until<T>(what: string, read: () => Promise<T>, holds: (value: T) => boolean, seconds?: number): Promise<T>;
  /** Opens a page as a browser would that trusts the home's authority. */
  visit(url: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The uids of an app's pods. */
  pods(app: string, namespace?: string): Promise<string[]>;
}

/** A module that lists the images that machines without a registry build. */
const imagesModule = (name: string) => new URL(`../images/${name}.ts`, import.meta.url).pathname;

/**
 * Brings up a home of that name, or joins the one that is up.
 * @param images the module of `e2e/images` that lists what to build.
 */
export async function homeOf(name: string, images = 'images'): Promise<TestHome> {
  const args = ['up', '--local', '--name', name, '--demo', '--images', imagesModule(images), '-o', 'json'];
  return homeAt(JSON.parse(await kiko(...args)) as HomePlace);
}

/** Where a home that is up is found: what `kiko up` says of it. */
interface HomePlace {
  readonly kubeconfig: string;
  readonly address: string;
}

/** What the gateway says of an address behind which there is nobody (yet); 0 is no answer. */
const ABSENT: readonly number[] = [0, 404, 502, 503, 504];

/** Joins a home that is up. */
export async function homeAt({ kubeconfig, address }: HomePlace): Promise<TestHome> {
  const { kubectl: binary } = await ensureTools(['kubectl'], () => undefined);
  const kubectl = kubectlFor(binary, kubeconfig);
  const get: TestHome['get'] = async <T>(resource: string, object: string, namespace = 'home') =>
    JSON.parse(await kubectl(['get', resource, object, '-n', namespace, '-o', 'json'])) as T;
  const list: TestHome['list'] = async <T>(resource: string, namespace: string, ...more: string[]) =>
    (JSON.parse(await kubectl(['get', resource, '-n', namespace, ...more, '-o', 'json'])) as { items: T[] })
      .items;
  const until: TestHome['until'] = async (what, read, holds, seconds = 120) => {
    let value = await read();
    const probe = async () => {
      value = await read();
      return holds(value);
    };
    if (!holds(value)) await waitUntil(what, probe, { seconds, everyMilliseconds: 500 });
    return value;
  };
  const open: TestHome['visit'] = async (url, headers = {}) => {
    const home = await get<Home>('home', 'home');
    return visit(url, { ca: home.status?.certificateAuthority ?? '', address, headers });
  };
  const statusOf = (url: string) =>
    open(url).then(
      ({ status }) => status,
      () => 0,
    );
  return {
    kubectl,
    kubeconfig,
    address,
    apply: (...objects) => applyObjects(kubectl, objects),
    ready: async (name, namespace = 'home') => {
      const app = await waitForApp(kubectl, name, namespace, () => undefined, 300);
      const { url } = app.status ?? {};
      if (url !== undefined)
        await until(
          `an answer at ${url}`,
          () => statusOf(url),
          (status) => !ABSENT.includes(status),
        );
      return app;
    },
    get,
    list,
    until,
    visit: open,
    pods: async (app, namespace = 'home') => {
      const pods = await list<{ metadata: { uid: string } }>(
        'pods',
        namespace,
        '-l',
        `app.kubernetes.io/instance=${app}`,
      );
      return pods.map(({ metadata }) => metadata.uid).toSorted();
    },
  };
}
