/**
 * What a review finds, as data: tied to lines that exist, without doubles, the worst first.
 * The surprising rule: two findings of one analyser are doubles only if they are equal, since it knows what it says twice.
 */

export type Severity = 'error' | 'warning' | 'note';
/** The worst first. */
export const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** What an analyser or a model says, before anyone looked whether it can be true. */
export interface Claim {
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
  /** Who says so: `oxlint`, `typescript`, `ruff`, `syntax`, `text`, `model`. */
  readonly tool: string;
  readonly rule: string;
  readonly message: string;
  readonly help?: string;
  readonly url?: string;
}

export interface Finding extends Claim {
  readonly endLine: number;
  /** The lines themselves, at most {@link excerptLines}, each cut to {@link excerptWidth} characters. */
  readonly excerpt: readonly string[];
  /** Who else says so, as `tool/rule`. */
  readonly also?: readonly string[];
}

/** The first and the last line of what counts, both included. */
export type LineRange = readonly [from: number, to: number];

export const excerptLines = 3;
export const excerptWidth = 160;
const longestMessage = 600;

/**
 * The claim as a finding, or undefined where it is tied to nothing: its line must exist, and the text it quotes must
 * stand there. Text that stands in one other place only moves the finding there, as models miscount.
 */
export function tie(claim: Claim, lines: readonly string[], quote?: string): Finding | undefined {
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
    message: clean(claim.message).slice(0, longestMessage),
    ...(help === undefined || help.trim() === '' ? {} : { help: clean(help).slice(0, longestMessage) }),
    ...(url === undefined || !/^https:\/\/\S+$/.test(url) ? {} : { url }),
    excerpt: shown.map((text) => printable(text).slice(0, excerptWidth)),
  };
}

function existing({ line, endLine = line }: Claim, lines: readonly string[]): LineRange | undefined {
  if (!isPosition(line) || line > lines.length) return undefined;
  return [line, isPosition(endLine) ? Math.max(line, Math.min(endLine, lines.length)) : line];
}

function quoted(claim: Claim, lines: readonly string[], quote: string): LineRange | undefined {
  const wanted = squeezed(quote);
  const words = wanted.replaceAll(/[^\p{L}\p{N}_]/gu, '').length;
  const range = existing(claim, lines);
  // A bracket stands everywhere, so it ties nothing; a letter says where it is only together with a line.
  if (range && words > 0 && squeezed(lines.slice(range[0] - 1, range[1]).join('\n')).includes(wanted)) return range;
  if (words < 3) return undefined;
  const places = placesOf(quote, lines);
  const [only] = places;
  return places.length === 1 && only !== undefined ? only : undefined;
}

/** Where the quoted lines stand, one after the other. */
function placesOf(quote: string, lines: readonly string[]): LineRange[] {
  const wanted = quote
    .split('\n')
    .map(squeezed)
    .filter((line) => line !== '');
  const squeezedLines = lines.map(squeezed);
  return squeezedLines.flatMap((_, start) => {
    const found = wanted.every((text, index) => squeezedLines[start + index]?.includes(text));
    return found ? [[start + 1, start + wanted.length] as const] : [];
  });
}

function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

/** One line that a terminal only shows: text of a reviewed file or of a model must not steer it. */
export function clean(text: string): string {
  return squeezed(printable(text.replaceAll(/\s/g, ' ')));
}

/** Without what steers a terminal or turns the reading direction. */
export function printable(text: string): string {
  // A tab as one blank, so that columns stay where they are.
  return text.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '');
}

/** Whether a finding touches one of the lines; all count where no lines are given. */
export function touches({ line, endLine = line }: Claim, changed: readonly LineRange[] | undefined): boolean {
  return changed === undefined || changed.some(([from, to]) => line <= to && endLine >= from);
}

/** Each once, the worst first; what several say is one finding, which names them. The order of the input does not matter. */
export function merge(findings: readonly Finding[]): Finding[] {
  const kept = new Map<string, Finding[]>();
  for (const finding of findings.toSorted(byRank)) {
    const group = kept.get(finding.path) ?? [];
    kept.set(finding.path, group);
    const index = group.findIndex((other) => areDoubles(other, finding));
    const double = group[index];
    if (double) group[index] = joined(double, finding);
    else group.push(finding);
  }
  return [...kept.values()].flat().toSorted(byRank);
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

export function areDoubles(a: Finding, b: Finding): boolean {
  if (a.path !== b.path || a.line > b.endLine || b.line > a.endLine) return false;
  if (a.tool !== b.tool) return bare(a.rule) === bare(b.rule) || alike(a.message, b.message);
  if (a.tool === 'model') return alike(a.message, b.message);
  return a.rule === b.rule && a.line === b.line && a.column === b.column && a.message === b.message;
}

/** `typescript/no-unused-vars` is what another calls `no-unused-vars`. */
function bare(rule: string): string {
  return rule.slice(rule.lastIndexOf('/') + 1).toLowerCase();
}

/** Half of their words in common. */
function alike(a: string, b: string): boolean {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  const common = [...left].filter((word) => right.has(word)).length;
  return common > 0 && common / (left.size + right.size - common) >= 0.5;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu));
}

function joined(kept: Finding, other: Finding): Finding {
  const own = nameOf(kept);
  const names = [...(kept.also ?? []), nameOf(other), ...(other.also ?? [])].filter((name) => name !== own);
  if (names.length === 0) return kept;
  return { ...kept, also: [...new Set(names)].toSorted() };
}

/** `tool/rule`. */
export function nameOf({ tool, rule }: Claim): string {
  return `${tool}/${rule}`;
}
