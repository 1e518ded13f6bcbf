import { basename, join } from 'node:path';
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
