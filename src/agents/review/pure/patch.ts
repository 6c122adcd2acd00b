/**
 * A change as git writes it, as data: which files, and of each its hunks with the lines around, added and taken away.
 * Lines of a hunk are counted and never guessed, since a changed line may itself look like a header.
 */
import { given } from '../../../index.ts';
import type { LineRange } from './findings.ts';

/** What became of a file, as git's raw format names it. */
export interface FileChange {
  /** As it is now, or as it was where it is gone. */
  readonly path: string;
  /** What it was called before, where it was renamed or copied. */
  readonly from?: string;
  readonly status: 'added' | 'deleted' | 'modified' | 'renamed' | 'typeChanged' | 'unmerged';
  /** It is a repository of its own, and only the commit that it stands at changed. */
  readonly submodule?: true;
}

export interface HunkLine {
  readonly sign: ' ' | '+' | '-';
  /** From 1; absent of an added line. */
  readonly before?: number;
  /** From 1; absent of a line that was taken away. */
  readonly after?: number;
  readonly text: string;
}

export interface Hunk {
  /** The last line of the file as it is now that stands before it; 0 at its beginning. */
  readonly above: number;
  readonly lines: readonly HunkLine[];
}

const submodule = '160000';
const statuses: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  C: 'renamed',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'typeChanged',
  U: 'unmerged',
};

/** @param raw of `git diff --raw -z`; a name stands once, the first time that git lists it */
export function fileChanges(raw: string): FileChange[] {
  const fields = raw.split('\0');
  const changes = new Map<string, FileChange>();
  for (let index = 0; index < fields.length;) {
    const head = /^:(\d+) (\d+) \S+ \S+ ([A-Z])/.exec(fields[index] ?? '');
    if (!head) break;
    const names = fields.slice(index + 1, index + (/[RC]/.test(head[3] ?? '') ? 3 : 2));
    index += 1 + names.length;
    const change = fileChange(head, names);
    if (!changes.has(change.path)) changes.set(change.path, change);
  }
  return [...changes.values()];
}

/** Of a renamed file the first name is the old one. */
function fileChange([, before, after, letter = 'M']: readonly string[], names: readonly string[]): FileChange {
  return {
    path: names.at(-1) ?? '',
    status: statuses[letter] ?? 'modified',
    ...given({ from: names.length > 1 ? names[0] : undefined }),
    ...(before === submodule || after === submodule ? { submodule: true } : {}),
  };
}

/** The hunks of each file of a patch, by its name after the change, or before it where the file is gone. */
export function hunksOf(patch: string): Map<string, Hunk[]> {
  const files = new Map<string, Hunk[]>();
  let before = '';
  let hunks: Hunk[] = [];
  const lines = patch.split('\n');
  for (let index = 0; index < lines.length;) {
    const line = lines[index] ?? '';
    index++;
    if (line.startsWith('--- ')) before = nameIn(line, 'a/') ?? '';
    else if (line.startsWith('+++ ')) {
      const name = nameIn(line, 'b/') ?? before;
      hunks = files.get(name) ?? [];
      files.set(name, hunks);
    } else if (line.startsWith('@@ ')) {
      const hunk = hunkAt(lines, index, line);
      index = hunk.end;
      hunks.push({ above: hunk.above, lines: hunk.lines });
    }
  }
  return files;
}

/** Undefined of `/dev/null`. */
function nameIn(header: string, prefix: string): string | undefined {
  const name = header.slice('+++ '.length).replace(/\t$/, '');
  const plain = name.startsWith('"') ? unquoted(name) : name;
  return plain.startsWith(prefix) ? plain.slice(prefix.length) : undefined;
}

const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };
const encoder = new TextEncoder();

/** A name as git quotes it: bytes beyond ASCII as three octal digits, so that they are decoded as a whole. */
function unquoted(quoted: string): string {
  const bytes: number[] = [];
  const pieces = quoted.slice(1, -1).matchAll(/\\([0-7]{3}|.)|[^\\]/gu);
  for (const [whole, escaped] of pieces) {
    if (escaped === undefined) bytes.push(...encoder.encode(whole));
    else if (/^[0-7]{3}$/.test(escaped)) bytes.push(Number.parseInt(escaped, 8) & 0xff);
    else bytes.push(...(escapes[escaped] === undefined ? encoder.encode(escaped) : [escapes[escaped]]));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function hunkAt(lines: readonly string[], start: number, header: string): Hunk & { readonly end: number } {
  const { before: from, removed, after: to, added } = headerOf(header);
  const found: HunkLine[] = [];
  let [before, after] = [from, to];
  let end = start;
  while ((before < from + removed || after < to + added) && end < lines.length) {
    const line = lines[end++] ?? '';
    if (line.startsWith('\\')) continue;
    const text = line.slice(1).replace(/\r$/, '');
    if (line.startsWith('+')) found.push({ sign: '+', after: after++, text });
    else if (line.startsWith('-')) found.push({ sign: '-', before: before++, text });
    else found.push({ sign: ' ', before: before++, after: after++, text });
  }
  // Git names the line before where nothing of the hunk is left.
  return { above: added === 0 ? to : to - 1, lines: found, end };
}

/** Where a hunk begins on both sides, and how many lines it has of each. */
function headerOf(header: string): { before: number; removed: number; after: number; added: number } {
  const numbers = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(header);
  const [before = 1, removed = 1, after = 1, added = 1] = (numbers ?? []).slice(1);
  return numbers
    ? { before: Number(before), removed: Number(removed), after: Number(after), added: Number(added) }
    : { before: 1, removed: 0, after: 1, added: 0 };
}

/**
 * The lines of the file as it is now that the change touched: those it added, and, where it only took lines away, the
 * ones on both sides of the gap.
 */
export function touchedLines(hunks: readonly Hunk[]): LineRange[] {
  const ranges: [number, number][] = [];
  const add = (from: number, to: number): void => {
    const last = ranges.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else ranges.push([from, to]);
  };
  for (const { above: start, lines } of hunks) {
    let above = start;
    const runs = runsOf(lines);
    runs.forEach(({ sign, count }, index) => {
      const replaced = runs[index - 1]?.sign === '+' || runs[index + 1]?.sign === '+';
      if (sign === '+') add(above + 1, above + count);
      else if (sign === '-' && !replaced) add(Math.max(1, above), above + 1);
      if (sign !== '-') above += count;
    });
  }
  return ranges;
}

/** Lines of one sign that follow each other. */
function runsOf(lines: readonly HunkLine[]): { sign: HunkLine['sign']; count: number }[] {
  const runs: { sign: HunkLine['sign']; count: number }[] = [];
  for (const { sign } of lines) {
    const last = runs.at(-1);
    if (last?.sign === sign) last.count++;
    else runs.push({ sign, count: 1 });
  }
  return runs;
}

export function removedCount(hunks: readonly Hunk[]): number {
  return hunks.reduce((sum, { lines }) => sum + lines.filter(({ sign }) => sign === '-').length, 0);
}
