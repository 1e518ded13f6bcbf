import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../failure.ts';
import { readIfThere, writeWhole } from '../files.ts';
import { clusterFolder } from '../folder.ts';
import { buildImage } from '../images/build.ts';
import type { ImageRecipe } from '../images/recipe.ts';
import type { LocalCluster } from '../local/cluster.ts';
import { ensurePrerequisites, IMAGE_PACKAGES } from '../local/prerequisites.ts';
import type { Progress } from '../steps.ts';

/** A public image, and the recipe of what stands in for it where it can't be pulled. */
export interface LocalImage {
  readonly public: string;
  readonly recipe: ImageRecipe;
}

const moduleNote = (cluster: string): string => join(clusterFolder(cluster), 'images-module');

/**
 * The images to build instead of pulling: the `localImages` of the module that is named, now or when the cluster was
 * first brought up. So `kiko up` without the option doesn't send a home to a registry that it can't reach.
 * @throws Failure where the module has none.
 */
export async function imagesToBuild(
  cluster: string,
  named: string | undefined,
): Promise<readonly LocalImage[]> {
  const module = named === undefined ? await readIfThere(moduleNote(cluster)) : resolve(named);
  if (module === undefined) return [];
  const loaded: { localImages?: readonly LocalImage[] } = await import(pathToFileURL(module).href).catch(
    () => ({}),
  );
  if (loaded.localImages === undefined)
    throw new Failure(`${module} is not a module that exports localImages.`);
  await writeWhole(moduleNote(cluster), module);
  return loaded.localImages;
}

/** The archives that a cluster's node was given, by image name: what tells a rebuilt image from a known one. */
export type GivenImages = Readonly<Record<string, string>>;

const recordOf = (cluster: LocalCluster): string => join(clusterFolder(cluster.name), 'images.json');

/** What the node was given so far. A name without its image is not counted: the node may have been made anew. */
export async function givenImages(cluster: LocalCluster): Promise<GivenImages> {
  const record = JSON.parse((await readIfThere(recordOf(cluster))) ?? '{}') as GivenImages;
  const there = new Set(await cluster.images());
  return Object.fromEntries(Object.entries(record).filter(([name]) => there.has(name)));
}

/** Builds what is not built yet and gives the node what it hasn't got. Returns what it has then. */
export async function giveImages(
  cluster: LocalCluster,
  images: readonly LocalImage[],
  progress: Progress,
): Promise<GivenImages> {
  if (images.length > 0) await ensurePrerequisites(IMAGE_PACKAGES, progress);
  let given = await givenImages(cluster);
  for (const { recipe } of images) {
    const archive = await buildImage(recipe, progress);
    if (given[recipe.name] === basename(archive)) continue;
    progress(`importing ${recipe.name}`);
    await cluster.importImages(archive);
    given = { ...given, [recipe.name]: basename(archive) };
    await writeWhole(recordOf(cluster), JSON.stringify(given));
  }
  return given;
}
