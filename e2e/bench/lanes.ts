/** How many requests a bench itself has in flight where it is not measuring. */
const WIDTH = 24;

/** Does something with each item, several at a time. */
export async function inLanes<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  const lane = async () => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
}
