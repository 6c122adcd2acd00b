/** Where on each line of a file a comment begins, so that what stands within quotes is not taken for one. */

interface Syntax {
  /** What a comment begins with. */
  readonly openers: readonly string[];
  /** Whether what stands between backticks may go on on the next line. */
  readonly hasTemplates: boolean;
}

const slashes = ['//', '/*'];
const syntaxes: readonly (readonly [files: RegExp, syntax: Syntax])[] = [
  [
    /\.(?:[cm]?[jt]sx?|java|go|cs|c|h|cc|cpp|hpp|rs|kt|swift|scala|jsonc?|s?css)$/i,
    { openers: slashes, hasTemplates: true },
  ],
  [/\.(?:vue|svelte|astro|html?)$/i, { openers: [...slashes, '<!--'], hasTemplates: true }],
  [/\.(?:php|tf)$/i, { openers: [...slashes, '#'], hasTemplates: false }],
  [/\.sql$/i, { openers: ['--', '/*'], hasTemplates: false }],
  [
    /\.(?:py|rb|sh|bash|ps1|ya?ml|toml)$|(?:^|\/)(?:Docker|Container|GNUm|[Mm]ake)file/,
    { openers: ['#'], hasTemplates: false },
  ],
];
/** Of a file whose name says nothing, what is a comment in any of them. */
const unknown: Syntax = { openers: [...slashes, '#', '--', '<!--'], hasTemplates: false };

/** Positions of comments by line; -1 where there is none. Linear in the text. @param path of the file, which says its language */
export function commentsOf(lines: readonly string[], path: string): readonly number[] {
  const syntax = syntaxes.find(([files]) => files.test(path))?.[1] ?? unknown;
  let open = '';
  return lines.map((line) => {
    const read = readLine(line, open, syntax);
    open = read.open;
    return read.comment;
  });
}

interface LineRead {
  readonly comment: number;
  /** What ends the comment or the text in which the line ends; empty where it ends in neither. */
  readonly open: string;
}

function readLine(line: string, before: string, syntax: Syntax): LineRead {
  let comment = before === '*/' ? 0 : -1;
  let at = behind(line, before, 0);
  if (at < 0) return { comment, open: before };
  const endless = new Set<string>();
  const marks = /"""|'''|["'`]|\/\/|\/\*|#|--|<!--/g;
  for (;;) {
    marks.lastIndex = at;
    const found = marks.exec(line);
    if (!found) return { comment, open: '' };
    const [mark] = found;
    at = found.index + mark.length;
    const isComment = syntax.openers.includes(mark);
    if (isComment && comment < 0) comment = found.index;
    if (isComment && mark !== '/*') return { comment, open: '' };
    const closing = isComment ? '*/' : quoteOf(mark);
    const end = endOf(line, closing, at, endless);
    if (end < 0 && goesOn(closing, syntax)) return { comment, open: closing };
    // An apostrophe by itself is one.
    at = Math.max(at, end);
  }
}

/** What closes it, or nothing where it is no quote. */
const quoteOf = (mark: string): string => (/["'`]/.test(mark) ? mark : '');

/** Whether what it closes may go on on the next line. */
const goesOn = (closing: string, { hasTemplates }: Syntax): boolean =>
  closing.length > 1 || (closing === '`' && hasTemplates);

/** Where one was never closed none of its kind is, and nobody looks for that once more. */
function endOf(line: string, closing: string, at: number, endless: Set<string>): number {
  const end = endless.has(closing) ? -1 : behind(line, closing, at);
  if (end < 0) endless.add(closing);
  return end;
}

/** The position behind the next such mark before which no backslash stands, or -1; of an empty one where it is. */
function behind(line: string, mark: string, from: number): number {
  for (let found = line.indexOf(mark, from); found >= 0; found = line.indexOf(mark, found + 1)) {
    let first = found;
    while (first > from && line[first - 1] === '\\') first--;
    if (mark === '*/' || (found - first) % 2 === 0) return found + mark.length;
  }
  return -1;
}
