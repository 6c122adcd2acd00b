/** Which files of those that are listed are looked at, and why not the others: nothing is left out without being counted. */
import { given } from '../../../activities/index.ts';
import type { LineRange } from '../pure/findings.ts';
import { leftOutByName, isDistributed, isGenerated } from '../pure/places.ts';
import { removedCount, touchedLines, type FileChange, type Hunk } from '../pure/patch.ts';
import { tokensIn } from '../pure/tokens.ts';
import type { ReviewFile, Skipped } from '../pure/types.ts';
import { firstLineOf, isTooLarge, readSource, type SourceText } from './files.ts';
import { isCode, languageAtHead, languageOf, languageOfScript } from './languages.ts';
import { hunkParts, longestShown, partsOf } from './split-file.ts';
import type { ProjectSettings } from './settings.ts';

/** A plan is one message, so it must stay well below 2 MB. */
const mostFiles = 4000;
const shownPaths = 5;
/** A change of more files of others than this replaced a library, which nobody did by hand. */
const mostEdited = 50;
/** Of each line that a model is given: its number, a bar and the line's end. */
const tokensOfNumber = 2;

/** A listed file and, of a change, what became of it. */
export interface Candidate {
  readonly path: string;
  readonly change?: FileChange & { readonly untracked?: true };
  /** As its name says, or its first line; undefined of what is in none that is reviewed. */
  readonly language?: string;
}

export interface Selection {
  readonly files: ReviewFile[];
  /** Tokens of each part, by path, as they are estimated. */
  readonly sizes: ReadonlyMap<string, readonly number[]>;
  readonly skipped: Skipped[];
}

export interface Selecting {
  readonly root: string;
  /** What was asked for: who names a vendored folder or a file means it. */
  readonly asked: readonly string[];
  readonly settings: ProjectSettings;
  readonly model: boolean;
  readonly signal: AbortSignal;
  /** The hunks of these files. */
  readonly hunks: (changes: readonly FileChange[]) => Promise<ReadonlyMap<string, readonly Hunk[]>>;
}

/** Files by the reason for which they are left out. */
class LeftOut {
  readonly #groups = new Map<string, { count: number; paths: string[] }>();

  add(path: string, reason: string): void {
    const group = this.#groups.get(reason) ?? { count: 0, paths: [] };
    this.#groups.set(reason, group);
    if (++group.count <= shownPaths) group.paths.push(path);
  }

  list(): Skipped[] {
    return [...this.#groups].map(([reason, group]) => ({ reason, ...group }));
  }
}

export async function select(listed: readonly Candidate[], selecting: Selecting): Promise<Selection> {
  const candidates: Candidate[] = [];
  for (const each of listed) candidates.push({ ...each, ...given({ language: await languageIn(each, selecting) }) });
  const left = new LeftOut();
  let edited = 0;
  const wanted = candidates.filter((candidate) => {
    const reason = leftOut(candidate, selecting);
    if (reason === undefined || (isEdited(candidate, reason) && edited++ < mostEdited)) return true;
    left.add(candidate.path, reason);
    return false;
  });
  for (const { path } of wanted.splice(mostFiles)) left.add(path, `beyond the first ${mostFiles}`);
  const hunks = await hunksOf(wanted, selecting);
  const files: ReviewFile[] = [];
  const sizes = new Map<string, readonly number[]>();
  for (const candidate of wanted) {
    selecting.signal.throwIfAborted();
    const file = await selected(candidate, hunks.get(candidate.path) ?? [], selecting);
    if (typeof file === 'string') left.add(candidate.path, file);
    else if (file.secretsOnly) {
      left.add(candidate.path, `${file.secretsOnly}, where only secrets were looked for`);
      files.push(file);
    } else {
      files.push({ ...file, parts: file.parts.map((_, index) => index) });
      sizes.set(file.path, file.parts);
    }
  }
  return { files, sizes, skipped: left.list() };
}

/** Scripts are often called by a word alone. */
async function languageIn({ path, change }: Candidate, { root, signal }: Selecting): Promise<string | undefined> {
  const known = languageOf(path);
  if (known !== undefined || change?.status === 'deleted' || !/(?:^|\/)[\w-]{1,100}$/.test(path)) return known;
  signal.throwIfAborted();
  return languageOfScript(await firstLineOf(root, path));
}

/** Of a file that is not read anyway, git is not asked for megabytes of lines. */
async function hunksOf(
  wanted: readonly Candidate[],
  { root, hunks }: Selecting,
): Promise<ReadonlyMap<string, readonly Hunk[]>> {
  const changes: FileChange[] = [];
  for (const { path, change } of wanted) {
    if (change && !change.untracked && !(await isTooLarge(root, path))) changes.push(change);
  }
  return changes.length === 0 ? new Map() : hunks(changes);
}

/** What its name alone says. */
function leftOut({ path, change, language }: Candidate, { asked, settings }: Selecting): string | undefined {
  if (change?.submodule || path.endsWith('/')) return 'a repository of its own';
  const by = settings.ignoredBy(path);
  if (by !== undefined) return `left out by ${by}`;
  if (asked.includes(path)) return language === undefined ? noLanguage : undefined;
  const folder = asked.filter((each) => path.startsWith(`${each}/`)).toSorted((a, b) => b.length - a.length)[0];
  const reason = leftOutByName(folder === undefined ? path : path.slice(folder.length + 1), change !== undefined);
  return reason ?? (language === undefined ? noLanguage : undefined);
}

/** A change to what others wrote, or a program: by hand it may bring in a secret. */
function isEdited({ change, language }: Candidate, reason: string): boolean {
  const isTheirs = reason === 'vendored' || reason === 'generated';
  return isTheirs && /^(?:modified|renamed)$/.test(change?.status ?? '') && language !== undefined;
}

const noLanguage = 'in no language that is reviewed here';

/** The file as it is reviewed, its parts as their sizes, or why it is not. */
async function selected(
  candidate: Candidate,
  hunks: readonly Hunk[],
  selecting: Selecting,
): Promise<ReviewFile | string> {
  const { path, change, language = 'data' } = candidate;
  const { root, asked, model } = selecting;
  if (change?.status === 'deleted') return gone(path, language, hunks, model);
  const content = await readSource(root, path);
  if ('skip' in content) return content.skip;
  const theirs = leftOut(candidate, selecting) ?? (asked.includes(path) ? undefined : writtenElsewhere(path, content));
  if (theirs !== undefined && !isEdited(candidate, theirs)) return theirs;
  const file = lookedAt(candidate, languageAtHead(language, content.lines), hunks, content);
  return theirs === undefined || typeof file === 'string' ? file : { ...file, parts: [], secretsOnly: theirs };
}

function lookedAt(
  { path, change }: Candidate,
  language: string,
  hunks: readonly Hunk[],
  content: SourceText,
): ReviewFile | string {
  if (isWhole(change, content)) {
    const parts = isCode(language) ? partsOf(content.lines).map(sizeIn(content.lines)) : [];
    return { path, language, parts };
  }
  return change && hunks.length > 0 ? changed(change, language, hunks, content) : unchanged(change, content);
}

/** What it says of itself. */
function writtenElsewhere(path: string, { lines }: SourceText): string | undefined {
  if (isGenerated(path, lines)) return 'generated';
  return isDistributed(path, lines) ? 'vendored' : undefined;
}

/** Git counts lines otherwise where a carriage return stands alone, so all of such a file counts. */
function isWhole(change: Candidate['change'], { text }: SourceText): boolean {
  return !change || change.untracked === true || change.status === 'unmerged' || /\r(?!\n)/.test(text);
}

function changed(
  { path, from }: FileChange,
  language: string,
  hunks: readonly Hunk[],
  content: SourceText,
): ReviewFile {
  const last = content.lines.length;
  return {
    path,
    language,
    parts: isCode(language) ? hunkSizes(hunks) : [],
    changed: touchedLines(hunks).map(([first, end]) => [first, Math.min(end, Math.max(first, last))] as const),
    removed: removedCount(hunks),
    ...given({ from }),
  };
}

/** Nothing is left for an analyser; a model can say what is missed. */
function gone(path: string, language: string, hunks: readonly Hunk[], model: boolean): ReviewFile | string {
  if (!isCode(language) || hunks.length === 0) return 'taken away';
  if (!model) return 'taken away, which a model alone could judge';
  const parts = hunkSizes(hunks);
  return { path, language, parts, changed: [], removed: removedCount(hunks), gone: true };
}

function unchanged(change: FileChange | undefined, { text }: SourceText): string {
  if (text === '') return 'empty';
  return change?.status === 'renamed' ? 'renamed, with the same lines' : 'only its mode or its line ends changed';
}

function sizeIn(lines: readonly string[]): (range: LineRange) => number {
  return ([from, to]) => tokensOfLines(lines.slice(from - 1, to));
}

function hunkSizes(hunks: readonly Hunk[]): number[] {
  return hunkParts(hunks).map((part) => tokensOfLines(part.map(({ text }) => text)));
}

function tokensOfLines(lines: readonly string[]): number {
  return Math.ceil(lines.reduce((sum, line) => sum + tokensIn(line.slice(0, longestShown)) + tokensOfNumber, 0));
}
