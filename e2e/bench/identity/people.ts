/** Who is in the home, at each contender. So many that none of them has more sessions than one person may have. */
export const names: readonly string[] = Array.from({ length: 50 }, (_, index) => `person-${index}`);
