/** Tags taken out of marked text by one pass over it, whatever it holds: time grows with its length and not faster. */

export interface TagOptions {
  /**
   * What stands in place of a tag; undefined leaves it, as text that only looks like one.
   * @param name in lower case, without a prefix such as `jats:`
   */
  readonly inPlaceOf: (name: string, tag: string) => string | undefined;
  /** Elements that go with all that is in them. @default script, style, template */
  readonly whole?: ReadonlySet<string>;
  /** Whether the line breaks of what is taken out stay, so that lines keep their numbers. @default false */
  readonly keepLines?: boolean;
}

const unread: ReadonlySet<string> = new Set(['script', 'style', 'template']);
const nameAt = /<(\/?)(?:[A-Za-z][\w-]{0,40}:)?([A-Za-z][\w-]{0,40})(?=[\s/>])/y;

/** The text without its tags and comments; references such as `&amp;` are left. */
export function withoutTags(marked: string, { inPlaceOf, whole = unread, keepLines = false }: TagOptions): string {
  const parts: string[] = [];
  const absent = new Set<string>();
  let start = 0;
  const find = (what: string, from: number): number => {
    // What was not found once is not there later; and nobody closes so many kinds of elements.
    const found = absent.has(what) || absent.size >= mostAbsent ? -1 : marked.indexOf(what, from);
    if (found === -1) absent.add(what);
    return found;
  };
  const left = (from: number, to: number): string =>
    keepLines ? '\n'.repeat(marked.slice(from, to).split('\n').length - 1) : '';
  for (let at = find('<', 0); at !== -1; at = find('<', at)) {
    const tag = tagAt(marked, at, find);
    if (tag === undefined) {
      at += 1;
      continue;
    }
    const written = tag.name === '' ? '' : inPlaceOf(tag.name, marked.slice(at, tag.end));
    if (written !== undefined) parts.push(marked.slice(start, at), written, left(at, tag.end));
    else parts.push(marked.slice(start, tag.end));
    const close = tag.opens && whole.has(tag.name) ? find(`</${tag.written}`, tag.end) : -1;
    start = close === -1 ? tag.end : close;
    parts.push(left(tag.end, start));
    at = start;
  }
  return parts.length === 0 ? marked : parts.join('') + marked.slice(start);
}

interface Tag {
  /** Empty for a comment or a declaration. */
  readonly name: string;
  /** With its prefix, as it stands. */
  readonly written: string;
  readonly opens: boolean;
  /** Past its `>`. */
  readonly end: number;
}

function tagAt(marked: string, at: number, find: (what: string, from: number) => number): Tag | undefined {
  if (marked.startsWith('<!', at) || marked.startsWith('<?', at)) return declarationAt(marked, at, find);
  nameAt.lastIndex = at;
  const found = nameAt.exec(marked);
  if (!found) return undefined;
  const end = endOf(marked, nameAt.lastIndex);
  if (end === undefined) return undefined;
  const written = found[0].slice(1 + (found[1]?.length ?? 0));
  return { name: (found[2] ?? '').toLowerCase(), written, opens: found[1] === '' && marked[end - 2] !== '/', end };
}

/** A comment, a declaration, or the mark that begins a CDATA section, whose text stays. */
function declarationAt(marked: string, at: number, find: (what: string, from: number) => number): Tag | undefined {
  const nothing = { name: '', written: '', opens: false };
  if (marked.startsWith(cdata, at)) return { ...nothing, end: at + cdata.length };
  const mark = marked.startsWith('<!--', at) ? '-->' : '>';
  const end = find(mark, at);
  return end === -1 ? undefined : { ...nothing, end: end + mark.length };
}

/** Past the `>` of a tag; a `<` outside quotes, or an end too far away, says that it is none. */
function endOf(marked: string, from: number): number | undefined {
  const last = Math.min(marked.length, from + longestTag);
  let quote = '';
  for (let at = from; at < last; at++) {
    const character = marked[at];
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at + 1;
    else if (character === '<') return undefined;
  }
  return undefined;
}

const longestTag = 1000;
const mostAbsent = 16;
const cdata = '<![CDATA[';
