/** The names of what a kind of one's own has people say and see, since each is a route that another one may have. */
import type { Kind } from './kind.ts';

/** What every run has, whatever its kind. */
const seenOfAll = ['results', 'events', 'dead-letters', 'text'];
const saidToAll = ['settle', 'extend', 'cancel', 'tasks', 'concurrency', 'minimum', 'redrive'];
/** What stands in a path as it is. */
const word = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * Two kinds may share a word, a sight or a form; none may have what is another one's sight as its form.
 *
 * @throws {TypeError} naming the kind and the name that is no word or that is taken
 */
export function checkRouteNames(kinds: readonly Kind[]): void {
  const sights = new Set(kinds.flatMap((kind) => Object.keys(kind.sights ?? {})));
  for (const { name, words = {}, sights: own = {}, forms = {} } of kinds) {
    refuse(name, 'words', Object.keys(words), saidToAll);
    refuse(name, 'sights', Object.keys(own), seenOfAll);
    refuse(name, 'forms', Object.keys(forms), [...seenOfAll, ...sights]);
  }
}

function refuse(kind: string, field: 'words' | 'sights' | 'forms', names: readonly string[], taken: string[]): void {
  for (const name of names) {
    const where = `The kind '${kind}' has '${name}' among its \`${field}\``;
    if (!word.test(name)) throw new TypeError(`${where}: a name there is of a-z, 0-9 and -, at most 40 long`);
    if (taken.includes(name)) throw new TypeError(`${where}, which is taken; another name is needed`);
  }
}
