import type { JsonPatchOperation } from './controller.ts';
import { isSame } from './json.ts';

/**
 * Applies a JSON Patch (RFC 6902) to a copy of a value.
 * @throws where a path leads nowhere or a test fails.
 */
export function applyJsonPatch<T extends object>(target: T, patch: readonly JsonPatchOperation[]): T {
  const root = { value: structuredClone(target) };
  for (const operation of patch) applyOperation(root, operation);
  return root.value;
}

function applyOperation(root: object, operation: JsonPatchOperation): void {
  const { path } = operation;
  switch (operation.op) {
    case 'test':
      // To the API server, a field that is not there passes a test for null.
      if (!isSame(read(root, path) ?? null, operation.value)) throw new Error(`testing value ${path} failed`);
      break;
    case 'remove':
      remove(root, path);
      break;
    case 'copy':
      add(root, path, structuredClone(read(root, operation.from)));
      break;
    case 'move':
      add(root, path, remove(root, operation.from));
      break;
    case 'replace':
      remove(root, path);
      add(root, path, operation.value);
      break;
    case 'add':
      add(root, path, operation.value);
  }
}

/** The value that a path's last token is in, and that token. */
function locate(root: object, path: string): [parent: object, token: string] {
  const tokens = [
    'value',
    ...path
      .split('/')
      .slice(1)
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~')),
  ];
  const last = tokens.pop() ?? '';
  let parent: unknown = root;
  for (const token of tokens) parent = Object(parent)[token];
  if (typeof parent !== 'object' || parent === null) throw new Error(`${path} leads nowhere`);
  return [parent, last];
}

function read(root: object, path: string): unknown {
  const [parent, token] = locate(root, path);
  return Object.entries(parent).find(([name]) => name === token)?.[1];
}

function add(root: object, path: string, value: unknown): void {
  const [parent, token] = locate(root, path);
  if (Array.isArray(parent)) parent.splice(token === '-' ? parent.length : Number(token), 0, value);
  else Object.assign(parent, { [token]: value });
}

function remove(root: object, path: string): unknown {
  const [parent, token] = locate(root, path);
  const value = read(root, path);
  if (!Object.hasOwn(parent, token)) throw new Error(`${path} leads nowhere`);
  if (Array.isArray(parent)) parent.splice(Number(token), 1);
  else Reflect.deleteProperty(parent, token);
  return value;
}
