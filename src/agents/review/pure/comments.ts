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
  let open: string | undefined;
  return lines.map((line) => {
    const read = readLine(line, open, syntax);
    open = read.open;
    return read.comment;
  });
}

interface LineRead {
  readonly comment: number;
  /** What ends the comment or the text in which the line ends. */
  readonly open: string | undefined;
}

function readLine(line: string, before: string | undefined, { openers, hasTemplates }: Syntax): LineRead {
  let comment = before === '*/' ? 0 : -1;
  let at = before === undefined ? 0 : behind(line, before, 0);
  if (at < 0) return { comment, open: before };
  const marks = /"""|'''|["'`]|\/\/|\/\*|#|--|<!--/g;
  for (;;) {
    marks.lastIndex = at;
    const found = marks.exec(line);
    if (!found) return { comment, open: undefined };
    const [mark] = found;
    at = found.index + mark.length;
    if (openers.includes(mark)) {
      comment = comment < 0 ? found.index : comment;
      if (mark !== '/*') return { comment, open: undefined };
      at = behind(line, '*/', at);
      if (at < 0) return { comment, open: '*/' };
    } else if (/["'`]/.test(mark)) {
      const end = behind(line, mark, at);
      const goesOn = mark.length === 3 || (mark === '`' && hasTemplates);
      if (end < 0 && goesOn) return { comment, open: mark };
      // An apostrophe by itself is one.
      at = end < 0 ? at : end;
    }
  }
}

/** The position behind the next such mark before which no backslash stands, or -1. */
function behind(line: string, mark: string, from: number): number {
  for (let at = from; ;) {
    const found = line.indexOf(mark, at);
    if (found < 0) return -1;
    const text = line.slice(Math.max(from, found - 20), found);
    const slashesBefore = text.length - text.replace(/\\+$/, '').length;
    if (mark === '*/' || slashesBefore % 2 === 0) return found + mark.length;
    at = found + 1;
  }
}
