/**
 * Keeps a controller from being woken by its own status writes, which tell it nothing new. The watch may bring
 * the write before or after the answer to it, so events of a key are held back while a write is under way.
 */
export interface EchoFilter {
  /** A status write of this key is about to be sent. */
  begin(key: string): void;
  /** It was answered with this resource version, or failed; returns whether events were held back that are news. */
  end(key: string, resourceVersion: string | undefined): boolean;
  /** Whether an event is to be let through. */
  passes(key: string, resourceVersion: string | undefined): boolean;
}

/** A filter that lets everything through until a write begins. */
export function createEchoFilter(): EchoFilter {
  const held = new Map<string, (string | undefined)[]>();
  const echoes = new Map<string, string>();
  return {
    begin: (key) => void held.set(key, []),
    end(key, resourceVersion) {
      const events = held.get(key) ?? [];
      held.delete(key);
      if (resourceVersion !== undefined && !events.includes(resourceVersion))
        echoes.set(key, resourceVersion);
      return events.some((event) => event !== resourceVersion);
    },
    passes(key, resourceVersion) {
      const events = held.get(key);
      if (events) {
        events.push(resourceVersion);
        return false;
      }
      const echo = echoes.get(key);
      if (echo === undefined) return true;
      echoes.delete(key);
      return echo !== resourceVersion;
    },
  };
}
