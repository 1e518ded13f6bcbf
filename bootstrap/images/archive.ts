import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { tarEnd, tarHeader, tarPadding } from './tar.ts';

/** A file of an image: copied from the machine, or with this content. */
export interface ImageFile {
  /** Absolute path in the image. */
  readonly path: string;
  readonly mode: number;
  readonly source: { readonly file: string } | { readonly content: string };
}

/** An image of one layer, made of files and nothing else: no base, no shell, no package manager. */
export interface ImageSpec {
  /** Name and tag. */
  readonly reference: string;
  readonly entrypoint: readonly string[];
  /** Numeric user, or user:group. */
  readonly user: string;
  readonly files: readonly ImageFile[];
  readonly architecture: 'amd64' | 'arm64';
}

/**
 * Writes the image as a docker-archive, which `ctr images import` and `docker load` take. The file appears whole.
 * The same input gives the same bytes.
 */
export async function writeImage(image: ImageSpec, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const layer = `${target}.layer`;
  const draft = `${target}.draft`;
  const digest = await writeTar(layer, layerEntries(image.files));
  const configuration = JSON.stringify(imageConfiguration(image, digest));
  const name = `${sha256(configuration)}.json`;
  const layerName = `${digest}/layer.tar`;
  const manifest = JSON.stringify([{ Config: name, RepoTags: [image.reference], Layers: [layerName] }]);
  await writeTar(draft, [
    { path: `/${layerName}`, mode: 0o644, source: { file: layer } },
    { path: `/${name}`, mode: 0o644, source: { content: configuration } },
    { path: '/manifest.json', mode: 0o644, source: { content: manifest } },
  ]);
  await rename(draft, target);
  await rm(layer);
}

/** What the image says of itself (OCI image configuration). */
function imageConfiguration(image: ImageSpec, layerDigest: string): object {
  return {
    architecture: image.architecture,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: { Entrypoint: image.entrypoint, User: image.user, Env: ['PATH=/'], WorkingDir: '/' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'kiko' }],
  };
}

/** The files in order of path, with the folders that they lie in before them. */
export function layerEntries(files: readonly ImageFile[]): ImageFile[] {
  const folders = new Set(files.flatMap((file) => parents(file.path)));
  const entries = [...folders].map((path): ImageFile => ({ path, mode: 0o755, source: { content: '' } }));
  return [...entries, ...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function parents(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}/`);
}

/** Writes entries one after the other, streaming: a binary of a hundred megabytes is never in memory whole. */
async function writeTar(target: string, entries: readonly ImageFile[]): Promise<string> {
  const digest = createHash('sha256');
  const file = await open(target, 'w', 0o644);
  const write = async (bytes: Buffer) => {
    digest.update(bytes);
    await file.write(bytes);
  };
  try {
    for (const entry of entries) {
      const size = await sizeOf(entry);
      await write(tarHeader({ path: entry.path.slice(1), size, mode: entry.mode }));
      for await (const chunk of contentOf(entry)) await write(chunk);
      await write(tarPadding(size));
    }
    await write(tarEnd());
  } finally {
    await file.close();
  }
  return digest.digest('hex');
}

async function sizeOf({ source }: ImageFile): Promise<number> {
  return 'file' in source ? (await stat(source.file)).size : Buffer.byteLength(source.content);
}

function contentOf({ source }: ImageFile): AsyncIterable<Buffer> | Iterable<Buffer> {
  return 'file' in source
    ? createReadStream(source.file, { highWaterMark: 1 << 20 })
    : [Buffer.from(source.content)];
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
