/** Of a node: what is around it, and what is within. */
import type { Node } from '@vscode/tree-sitter-wasm';

/** The nearest of these types that it is within; none beyond a node of the other types. */
export function around(node: Node, types: ReadonlySet<string>, notBeyond?: ReadonlySet<string>): Node | undefined {
  for (let at = node.parent; at; at = at.parent) {
    if (types.has(at.type)) return at;
    if (notBeyond?.has(at.type)) return undefined;
  }
  return undefined;
}

export function within(node: Node, types: string | readonly string[]): Node[] {
  return node.descendantsOfType([types].flat()).filter((each) => each !== null);
}
