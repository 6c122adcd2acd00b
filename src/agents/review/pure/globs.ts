/**
 * Patterns as in `.gitignore`, matched in time that grows with pattern times path: a checkout of another may bring them,
 * and a regular expression made of `*a*a*a*b` would never end.
 */

type Token =
  | '*'
  | '?'
  | { readonly characters: readonly (readonly [from: string, to: string])[]; readonly not: boolean }
  | { readonly is: string };

interface Pattern {
  readonly negated: boolean;
  readonly directory: boolean;
  /** Of each part between slashes; `**` as such. */
  readonly segments: readonly (readonly Token[] | '**')[];
}

/** Characters of a path that a file system has: Linux' `PATH_MAX`. */
const longestPath = 4096;
/** Folders in one another that are looked through; each is matched with all that are above it. */
const mostLevels = 200;

/** Whether a path, below the folder of the patterns and with `/`, is meant by them, itself or by a folder it is in; one that no checkout has is not meant. */
export function globs(patterns: readonly string[]): (path: string) => boolean {
  const all = patterns.flatMap((text) => patternOf(text) ?? []);
  if (all.length === 0) return () => false;
  return (path) => {
    if (path.length > longestPath) return false;
    const names = path.split('/', mostLevels + 1);
    if (names.length > mostLevels) return false;
    // What is in a folder that is meant cannot be brought back, as in git.
    return names.some((_, index) => isMeant(names.slice(0, index + 1), index + 1 < names.length, all));
  };
}

function isMeant(names: readonly string[], isDirectory: boolean, patterns: readonly Pattern[]): boolean {
  let meant = false;
  for (const { negated, directory, segments } of patterns) {
    if (meant !== negated || (directory && !isDirectory)) continue;
    if (matchesPath(segments, names)) meant = !negated;
  }
  return meant;
}

function patternOf(text: string): Pattern | undefined {
  let rest = text.replace(/(?<!\\)[ \t]{1,100}$/, '').replace(/\r$/, '');
  if (rest === '' || rest.startsWith('#')) return undefined;
  const negated = rest.startsWith('!');
  if (negated) rest = rest.slice(1);
  const directory = rest.endsWith('/');
  if (directory) rest = rest.slice(0, -1);
  const anchored = rest.includes('/');
  if (rest.startsWith('/')) rest = rest.slice(1);
  if (rest === '') return undefined;
  const parts = rest.split('/');
  const segments = parts.map((part) => (part === '**' ? part : tokensOf(part)));
  return { negated, directory, segments: anchored ? segments : ['**', ...segments] };
}

function tokensOf(part: string): Token[] {
  const tokens: Token[] = [];
  const characters = Array.from(part);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    const set = character === '[' ? setAt(characters, index) : undefined;
    if (set) {
      tokens.push(set.token);
      index = set.end;
    } else if (character === '*') {
      if (tokens.at(-1) !== '*') tokens.push('*');
    } else if (character === '?') tokens.push('?');
    else if (character === '\\') tokens.push({ is: characters[++index] ?? '\\' });
    else tokens.push({ is: character });
  }
  return tokens;
}

/** `[a-z]`, `[!a-z]`; undefined where it is not closed. */
function setAt(characters: readonly string[], start: number): { token: Token; end: number } | undefined {
  let at = start + 1;
  const not = characters[at] === '!' || characters[at] === '^';
  if (not) at++;
  const ranges: (readonly [string, string])[] = [];
  for (let first = true; at < characters.length; first = false) {
    const from = characters[at] ?? '';
    if (from === ']' && !first) return { token: { characters: ranges, not }, end: at };
    const isRange = characters[at + 1] === '-' && characters[at + 2] !== undefined && characters[at + 2] !== ']';
    ranges.push([from, isRange ? (characters[at + 2] ?? from) : from]);
    at += isRange ? 3 : 1;
  }
  return undefined;
}

/** Steps back to the last `**` alone, as an earlier one could match no more than it. */
function matchesPath(segments: Pattern['segments'], names: readonly string[]): boolean {
  let [at, name, star, from] = [0, 0, -1, 0];
  while (name < names.length) {
    const segment = segments[at];
    if (segment === '**') {
      star = at++;
      from = name;
      // At the end it means what is in the folder, and not the folder.
      if (at === segments.length) return true;
    } else if (segment !== undefined && matchesName(segment, Array.from(names[name] ?? ''))) {
      at++;
      name++;
    } else if (star >= 0) {
      at = star + 1;
      name = ++from;
    } else return false;
  }
  return at === segments.length;
}

function matchesName(tokens: readonly Token[], name: readonly string[]): boolean {
  let [at, character, star, from] = [0, 0, -1, 0];
  while (character < name.length) {
    const token = tokens[at];
    if (token === '*') {
      star = at++;
      from = character;
    } else if (token !== undefined && isOne(token, name[character] ?? '')) {
      at++;
      character++;
    } else if (star >= 0) {
      at = star + 1;
      character = ++from;
    } else return false;
  }
  while (tokens[at] === '*') at++;
  return at === tokens.length;
}

function isOne(token: Exclude<Token, '*'>, character: string): boolean {
  if (token === '?') return true;
  if ('is' in token) return token.is === character;
  return token.characters.some(([from, to]) => from <= character && character <= to) !== token.not;
}
