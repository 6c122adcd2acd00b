/** Elements of XML and SGML as nested objects, read without trust in their shape: what is not there is undefined. */

export type Node = Readonly<Record<string, unknown>>;

export function nodeAt(node: unknown, ...path: readonly string[]): Node | undefined {
  const found = valueAt(node, path);
  return typeof found === 'object' && found !== null ? (found as Node) : undefined;
}

/** The elements of that name, however many there are. */
export function nodesAt(node: unknown, ...path: readonly string[]): Node[] {
  const found = valueAt(node, path.slice(0, -1));
  const last = path.at(-1);
  if (typeof found !== 'object' || found === null || last === undefined) return [];
  const own: unknown = Object.hasOwn(found, last) ? (found as Node)[last] : undefined;
  return [own].flat().filter((each): each is Node => typeof each === 'object' && each !== null);
}

/** Deeper elements belong to no statement. */
const deepest = 12;

/** All elements of that name at whatever place, the outermost of each branch. */
export function nodesBelow(node: unknown, name: string, depth = 0): Node[] {
  if (typeof node !== 'object' || node === null || depth > deepest) return [];
  return Object.keys(node).flatMap((key) => {
    if (key === name) return nodesAt(node, name);
    const value: unknown = (node as Node)[key];
    return (Array.isArray(value) ? value : [value]).flatMap((each: unknown) => nodesBelow(each, name, depth + 1));
  });
}

/** The text of an element, with or without attributes. */
export function textAt(node: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(node, path);
  const text: unknown = typeof found === 'object' && found !== null ? (found as Node)['#text'] : found;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

/** Along the first of each element that there is several times. */
function valueAt(node: unknown, path: readonly string[]): unknown {
  let found: unknown = first(node);
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = first((found as Node)[name]);
  }
  return found;
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? (value[0] as unknown) : value;
}
