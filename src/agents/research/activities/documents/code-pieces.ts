/** A block of code as statements: settings with their comments and options with their help each say something of their own. */
import { splitAtBlanks } from '../../../../core/text/index.ts';

const longest = 700;
/** What is shorter is one thing, whatever comments it has. */
const shortest = 240;
const commentAt = /^\s{0,80}(?:\/\/|\/\*|\*(?:\s|\/|$)|#(?:\s|$)|--\s)/;
/** Blank, or nothing but brackets and what ends a statement. */
const bracketsAt = /^[\s()[\]{};,]*$/;
/** Opens what the lines below it stand in. */
const openerAt = /[{[(:]\s{0,20}$/;
/** `-f, --file <path>   what it is for`, and `name   what it is for` of a help text where more lines look like it. */
const helpAt = /^\s{0,20}(?:-\w{1,3},? {1,3})?--?[\w[][^\s]{0,60}(?: [<[][^\n]{0,80}?[>\]])? {2,80}\S/;

export interface CodePiece {
  readonly text: string;
  /** Whether it says in words what it is. */
  readonly isCommented: boolean;
}

export function codePieces(code: string): CodePiece[] {
  if (code.length <= shortest) return [pieceOf(code)];
  // A line that is longer than a statement is divided between its words.
  const groups = groupsOf(code.split('\n')).flatMap((group) => splitAtBlanks(group, longest));
  return groups.map((group) => pieceOf(group.replace(/^\n+/, ''))).filter(({ text }) => /\w{2}/.test(text));
}

function pieceOf(text: string): CodePiece {
  const lines = text.split('\n');
  const isCommented = lines.some((line) => commentAt.test(line) || helpAt.test(line) || /\S\s{1,40}\/\/ \S/.test(line));
  return { text, isCommented };
}

/** A comment is in a group with the code that it is of, and a line of help one of its own; what has neither stays together. */
function groupsOf(lines: readonly string[]): string[] {
  const groups: string[] = [];
  let open: string[] = [];
  const close = (): void => {
    const text = open.join('\n').trimEnd().replace(/^\n+/, '');
    if (text !== '') groups.push(text);
    open = [];
  };
  const isNext = isBelow(lines) ? isCodeOfNext : isCommentOfNext;
  for (const line of lines) {
    const size = open.join('\n').length;
    if (helpAt.test(line) || isNext(line, open) || size + line.length > longest) close();
    open.push(line);
  }
  close();
  return groups;
}

/** Whether comments stand below what they are of: the last ends the block, and each is below code or a comment. */
function isBelow(lines: readonly string[]): boolean {
  const last = lines.findLast((line) => !bracketsAt.test(line));
  const isOwn = (at: number): boolean => {
    const above = lines[at - 1] ?? '';
    return !bracketsAt.test(above) && !openerAt.test(above);
  };
  return last !== undefined && commentAt.test(last) && lines.every((line, at) => !commentAt.test(line) || isOwn(at));
}

/** Whether a comment is of what stands below it. */
function isCommentOfNext(line: string, open: readonly string[]): boolean {
  return commentAt.test(line) && open.some(isCode);
}

/** Whether code is not what the comment above it is of. */
function isCodeOfNext(line: string, open: readonly string[]): boolean {
  return isCode(line) && open.some(isCode) && commentAt.test(open.findLast((each) => each.trim() !== '') ?? '');
}

function isCode(line: string): boolean {
  return !bracketsAt.test(line) && !commentAt.test(line);
}
