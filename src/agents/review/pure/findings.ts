/** What a review finds, as data: tied to lines that exist, and shown without what is secret or steers a terminal. */
import { isWebAddress, oneLine, withoutControls } from '../../../core/text/index.ts';
import { placeOfQuote, type LineRange } from './quotes.ts';
import { maskedText } from './secrets.ts';

export type { LineRange } from './quotes.ts';

/**
 * How bad a finding is, worst first.
 *
 * @example const worst: Severity = 'error';
 */
export type Severity = 'error' | 'warning' | 'note';
/** The worst first. */
export const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** What an analyser or a model says, before anyone looked whether it can be true. */
export interface ReviewClaim {
  /** As the report names it: relative, with `/`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** The last line, itself included. @default `line` */
  readonly endLine?: number;
  /** From 1. */
  readonly column?: number;
  readonly severity: Severity;
  /** From 0 to 1: how sure its author is. */
  readonly confidence: number;
  /** Who says so: `oxlint`, `typescript`, `ruff`, `syntax`, `text`, `secrets`, `model`, or a program that is installed. */
  readonly tool: string;
  readonly rule: string;
  readonly message: string;
  readonly help?: string;
  readonly url?: string;
}

/**
 * Where a finding is said once more, in another file.
 *
 * @example const shown = ({ path, line }: FurtherPlace) => `${path}:${line}`;
 */
export interface FurtherPlace extends Pick<ReviewClaim, 'path' | 'line' | 'column'> {
  readonly endLine: number;
  /** Further lines of that file. */
  readonly more?: readonly number[];
  /** How often it is said in that file. @default 1 */
  readonly times?: number;
  /** What it is recognised by there, as SARIF has it. */
  readonly fingerprint: string;
  /** What was folded into it there, as of a finding. */
  readonly folded?: readonly string[];
  /** What is said there, where that is something else; its help is then its own. @default what the finding says */
  readonly message?: string;
  readonly help?: string;
}

/**
 * What a review found at a place.
 *
 * @example const place = ({ path, line, message }: Finding) => `${path}:${line} ${message}`;
 */
export interface Finding extends ReviewClaim {
  readonly endLine: number;
  /** The lines themselves, at most {@link excerptLines}, each truncated to {@link excerptWidth} characters. */
  readonly excerpt: readonly string[];
  /** Who else says so, as `tool/rule`. */
  readonly also?: readonly string[];
  /** Further lines of the file of which the same is said, the first of them. */
  readonly more?: readonly number[];
  /** What the findings that were folded into it are recognised by, where they differ from it; the first of them. */
  readonly folded?: readonly string[];
  /** How often it is said, at all places. @default 1 */
  readonly times?: number;
  /** Where the same is said in other files. */
  readonly places?: readonly FurtherPlace[];
  /** Its severity is the project's word, which nothing else lowers. */
  readonly isSet?: true;
  /** It is about lines that the change took away: the excerpt has them, and the line is the one that now stands there. */
  readonly removed?: true;
}

export const excerptLines = 3;
export const excerptWidth = 160;
const longestMessage = 600;

/** A model that names more lines than these with a quote means the lines of its quote. */
const mostNamedLines = 30;

/**
 * The claim as a finding, or undefined where it is tied to nothing: its line must exist, and the text it quotes must
 * stand there, or elsewhere, as models miscount: then at the place nearest to the line that was named.
 *
 * @param lines of the file, masked
 */
export function tie(claim: ReviewClaim, lines: readonly string[], quote?: string): Finding | undefined {
  const range = quote === undefined ? existing(claim, lines) : quoted(claim, lines, quote);
  if (range === undefined) return undefined;
  const [line, endLine] = range;
  const { column: given, help, url, ...rest } = claim;
  const column = given !== undefined && line === claim.line && isPosition(given) ? { column: given } : {};
  const shown = lines.slice(line - 1, Math.min(endLine, line - 1 + excerptLines));
  return {
    ...rest,
    line,
    endLine,
    ...column,
    confidence: Math.max(0, Math.min(1, Number.isFinite(claim.confidence) ? claim.confidence : 0)),
    message: oneLine(maskedText(claim.message), longestMessage),
    ...(help === undefined || help.trim() === '' ? {} : { help: oneLine(maskedText(help), longestMessage) }),
    ...(url === undefined || !isWebAddress(url) ? {} : { url }),
    excerpt: shown.map((text) => printable(text).slice(0, excerptWidth)),
  };
}

function existing({ line, endLine = line }: ReviewClaim, lines: readonly string[]): LineRange | undefined {
  if (!isPosition(line) || line > lines.length) return undefined;
  return [line, isPosition(endLine) ? Math.max(line, Math.min(endLine, lines.length)) : line];
}

function quoted(claim: ReviewClaim, lines: readonly string[], quote: string): LineRange | undefined {
  const named = existing(claim, lines);
  const place = placeOfQuote(quote, lines, named);
  if (!place || !named || named[1] - named[0] >= mostNamedLines) return place;
  return place[0] >= named[0] && place[1] <= named[1] ? named : place;
}

function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

/** A line without what steers a terminal or turns the reading direction: text of a reviewed file must do neither. */
export function printable(text: string): string {
  // A tab as one blank, so that columns stay where they are.
  return withoutControls(text.replaceAll('\r', '')).replaceAll(/[\t\n]/g, ' ');
}

/** Whether a finding touches one of the lines; all count where no lines are given. */
export function touches({ line, endLine = line }: ReviewClaim, changed: readonly LineRange[] | undefined): boolean {
  return changed === undefined || changed.some(([from, to]) => line <= to && endLine >= from);
}

/** The worst first, then the surest, then by place. */
export function byRank(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    b.confidence - a.confidence ||
    compare(a.path, b.path) ||
    a.line - b.line ||
    (a.column ?? 0) - (b.column ?? 0) ||
    a.endLine - b.endLine ||
    compare(a.tool, b.tool) ||
    compare(a.rule, b.rule) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether it says that a file, or a part of one, cannot be read as its language. */
export function isUnparsed({ rule }: ReviewClaim): boolean {
  return rule.endsWith('syntax');
}

/** `tool/rule`. */
export function nameOf({ tool, rule }: ReviewClaim): string {
  return `${tool}/${rule}`;
}
