/** A review for a person: the findings by file, each with the lines it is about; then what was looked at, and what was not. */
import { columnsOf, truncateToWidth, fitting, many, wrap, type Paint, type Style } from '../../command.ts';
import { mask } from './pure/encoded-secrets.ts';
import type { Finding, Severity } from './pure/findings.ts';
import { nameOf, severities } from './pure/findings.ts';
import {
  analysersSentence,
  furtherSentences,
  modelSentence,
  skippedSentence,
  unreportedSentences,
} from './pure/sentences.ts';
import type { ReviewReport } from './pure/types.ts';

/** What a person still reads; `--json` and `--sarif` have all. */
const shownFindings = 40;
const shownNotes = 8;
/** Some analysers explain at length. */
const longestHelp = 200;
const colours: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', note: 'cyan' };

export function reviewText(report: ReviewReport, width: number, paint: Paint): string {
  const shown = report.findings.slice(0, shownFindings);
  const files = new Map<string, Finding[]>();
  for (const finding of shown) {
    const group = files.get(finding.path);
    if (group) group.push(finding);
    else files.set(finding.path, [finding]);
  }
  const groups = [...files].map(([path, findings]) => {
    const inOrder = findings.toSorted((a, b) => a.line - b.line);
    return [
      paint(['bold', 'underline'], path),
      inOrder.map((each) => findingText(each, width, paint)).join('\n\n'),
    ].join('\n');
  });
  return [...groups, restText(report, shown.length, width), summaryText(report, width, paint)]
    .filter((section) => section !== '')
    .join('\n\n');
}

function findingText(finding: Finding, width: number, paint: Paint): string {
  const { line, column, severity, message, help, also = [], removed } = finding;
  const place = column === undefined ? `${line}` : `${line}:${column}`;
  const names = [nameOf(finding), ...also].join(', ');
  const head = `  ${paint('dim', place)} ${paint(colours[severity], severity)} ${paint('dim', names)}`;
  const advice = help === undefined ? [] : [paint('dim', wrap(truncateToWidth(help, longestHelp), width, '    '))];
  const gap = removed ? ['About lines that the change takes away:'] : [];
  const remarks = [...furtherSentences(finding), ...gap].map((text) => paint('dim', wrap(text, width, '    ')));
  return [head, wrap(message, width, '    '), ...advice, ...remarks, frame(finding, width, paint)]
    .filter(Boolean)
    .join('\n');
}

/** The lines with their numbers, and a mark under the column; where that is far to the right, all lines begin further on. */
function frame({ line, endLine, column, excerpt, severity }: Finding, width: number, paint: Paint): string {
  const digits = String(line + excerpt.length - 1).length;
  const room = Math.max(20, width - digits - '     | '.length);
  const mark = column !== undefined && column <= lastShown(excerpt[0] ?? '') ? column : undefined;
  const from = Math.max(0, (mark ?? 1) - Math.floor(room * 0.75));
  const lines = excerpt.flatMap((text, index) => {
    const code = `${paint('dim', `    ${String(line + index).padStart(digits)} | `)}${fitting(text.slice(from), room)}`;
    if (index > 0 || mark === undefined) return [code];
    const below = `${paint('dim', `    ${' '.repeat(digits)} | `)}${' '.repeat(columnsOf(text.slice(from, mark - 1)))}`;
    return [code, `${below}${paint(colours[severity], '^')}`];
  });
  const more = endLine - line + 1 - excerpt.length;
  if (more > 0) lines.push(paint('dim', `    ${' '.repeat(digits)} | … ${many(more, 'line')} more`));
  return lines.join('\n');
}

/** The last column that is where it was: what is masked is as long as its mask. */
function lastShown(text: string): number {
  const at = text.indexOf(mask);
  return (at === -1 ? text.length : at) + 1;
}

function restText(report: ReviewReport, shown: number, width: number): string {
  const more = report.findings.length - shown;
  return [
    more > 0 ? `… and ${many(more, 'finding')} more (--json and --sarif have them).` : '',
    ...unreportedSentences(report),
  ]
    .filter((text) => text !== '')
    .map((text) => wrap(text, width))
    .join('\n');
}

/** What was found, or what would be looked at. */
function verdictText(
  { findings, counts, files, diff, estimate, planOnly }: ReviewReport,
  width: number,
  paint: Paint,
): string[] {
  const since = diff === undefined ? '' : ` changed since ${diff}`;
  const looked = `${many(files, 'file')}${since}.`;
  if (!planOnly) {
    const found = severities.filter((severity) => counts[severity] > 0);
    const listed = found.map((severity) => paint(colours[severity], many(counts[severity], severity))).join(', ');
    const places = findings.reduce((sum, { times = 1 }) => sum + times, 0);
    const at = places > findings.length ? ` at ${places} places` : '';
    return [`${paint('bold', listed === '' ? 'Nothing found' : listed)}${at} in ${looked}`];
  }
  const calls =
    estimate && `It takes ${many(estimate.calls, 'call')} of a model, which reads some ${estimate.inputTokens} tokens.`;
  return [`${paint('bold', 'To be looked at')}: ${looked}`, calls ? wrap(calls, width) : ''];
}

function summaryText(report: ReviewReport, width: number, paint: Paint): string {
  const { skipped, model, notes, analysers } = report;
  const lines = [
    ...verdictText(report, width, paint),
    wrap(analysersSentence(analysers), width),
    model ? wrap(modelSentence(model, report.estimate), width) : '',
    ...skipped.map((each) => wrap(skippedSentence(each), width)),
    ...notes.slice(0, shownNotes).map((note) => paint('dim', wrap(note, width))),
    notes.length > shownNotes ? paint('dim', `… and ${many(notes.length - shownNotes, 'note')} more`) : '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}
