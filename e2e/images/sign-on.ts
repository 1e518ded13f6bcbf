import { signOnImages, localImages as usual } from './images.ts';

/** All that tests of single sign-on install: `kiko up --images e2e/images/sign-on.ts`. */
export const localImages = [...usual, ...signOnImages];
