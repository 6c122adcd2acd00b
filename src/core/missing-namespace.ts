/** A namespace that the server does not have, as the server, the client and the worker of Temporal say it. */
const said = /Namespace not found: '([^']+)'|Namespace (\S+) (?:is|was) not found/i;

/** Its name, with what was said; undefined where the text says something else. */
export function missingNamespace(text: string): { readonly name: string; readonly said: string } | undefined {
  const found = said.exec(text.slice(0, 500));
  return found ? { name: found[1] ?? found[2] ?? '', said: found[0] } : undefined;
}
