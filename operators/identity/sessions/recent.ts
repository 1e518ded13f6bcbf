/** Remembers texts, in bounded memory. */
export interface Recent {
  has(text: string): boolean;
  add(text: string): void;
}

/** One that remembers the last `most` that were added. */
export function createRecent(most: number): Recent {
  const texts = new Set<string>();
  return {
    has: (text) => texts.has(text),
    add(text) {
      texts.add(text);
      const [oldest] = texts;
      if (texts.size > most && oldest !== undefined) texts.delete(oldest);
    },
  };
}
