/** A block of code as statements: settings with their comments and options with their help each say something of their own. */

const longest = 700;
/** What is shorter is one thing, whatever comments it has. */
const shortest = 240;
const commentAt = /^\s{0,80}(?:\/\/|\/\*|\*(?:\s|\/|$)|#(?:\s|$)|--\s)/;
/** `-f, --file <path>   what it is for`, and `name   what it is for` of a help text where more lines look like it. */
const helpAt = /^\s{0,20}(?:-\w{1,3},? {1,3})?--?[\w[][^\s]{0,60}(?: [<[][^\n]{0,80}?[>\]])? {2,80}\S/;

export interface CodePiece {
  readonly text: string;
  /** Whether it says in words what it is. */
  readonly isCommented: boolean;
}

export function codePieces(code: string): CodePiece[] {
  if (code.length <= shortest) return [pieceOf(code)];
  const groups = groupsOf(code.split('\n'));
  return groups.map((group) => pieceOf(group.slice(0, longest))).filter(({ text }) => /\w{2}/.test(text));
}

function pieceOf(text: string): CodePiece {
  const lines = text.split('\n');
  const isCommented = lines.some((line) => commentAt.test(line) || helpAt.test(line) || /\S\s{1,40}\/\/ \S/.test(line));
  return { text, isCommented };
}

/** A comment begins a group with the code below it, and a line of help one of its own; what has neither stays together. */
function groupsOf(lines: readonly string[]): string[] {
  const groups: string[] = [];
  let open: string[] = [];
  const close = (): void => {
    const text = open.join('\n').trimEnd().replace(/^\n+/, '');
    if (text !== '') groups.push(text);
    open = [];
  };
  for (const line of lines) {
    const size = open.join('\n').length;
    if (helpAt.test(line) || (commentAt.test(line) && hasCode(open)) || size + line.length > longest) close();
    open.push(line);
  }
  close();
  return groups;
}

/** Whether the comment that is next is of something else. */
function hasCode(open: readonly string[]): boolean {
  return open.some((line) => line.trim() !== '' && !commentAt.test(line));
}
