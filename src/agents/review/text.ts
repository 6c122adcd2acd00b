/** A review for a person: the findings by file, each with the lines it is about; then what was looked at, and what was not. */
import { columnsOf, truncateToWidth, fitting, many, wrap, type Paint, type Style } from '../../command.ts';
import { mask } from './pure/encoded-secrets.ts';
import type { Finding, Severity } from './pure/findings.ts';
import { nameOf, severities } from './pure/findings.ts';
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
  const remarks = [...furtherTexts(finding), ...gap].map((text) => paint('dim', wrap(text, width, '    ')));
  return [head, wrap(message, width, '    '), ...advice, ...remarks, frame(finding, width, paint)]
    .filter(Boolean)
    .join('\n');
}

const shownPlaces = 8;

/** Further lines of its file, and further files. */
function furtherTexts({ more = [], times = 1, places = [] }: Finding): string[] {
  const own = times - places.reduce((sum, { times: there = 1 }) => sum + there, 0);
  const lines = more.slice(0, shownPlaces).join(', ');
  const files = places.slice(0, shownPlaces).map(({ path, line }) => `${path}:${line}`);
  return [
    ...(more.length > 0 ? [`Also on ${many(own - 1, 'line')}: ${lines}${own - 1 > shownPlaces ? ', …' : ''}.`] : []),
    ...(places.length > 0
      ? [
          `Here and at ${many(places.length, 'further place')}: ${files.join(', ')}${places.length > shownPlaces ? ', …' : ''}.`,
        ]
      : []),
  ];
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

function restText(
  { findings, cut: unlisted, outside, suppressed }: ReviewReport,
  shown: number,
  width: number,
): string {
  const more = findings.length - shown;
  return [
    more > 0 ? `… and ${many(more, 'finding')} more (--json and --sarif have them).` : '',
    unlisted > 0 ? `${many(unlisted, 'further finding')} did not fit into the report.` : '',
    outside > 0
      ? `${many(outside, 'finding')} on lines that did not change ${outside === 1 ? 'is' : 'are'} left out.`
      : '',
    ...Object.entries(suppressed).map(
      ([reason, count]) =>
        `${many(count, 'finding')} ${count === 1 ? 'is' : 'are'} not reported: ${quietReasons[reason] ?? reason}.`,
    ),
  ]
    .filter((text) => text !== '')
    .map((text) => wrap(text, width))
    .join('\n');
}

const quietReasons: Readonly<Record<string, string>> = {
  inline: 'a comment says so (fanfold-ignore)',
  marked: 'a comment for another tool says so (noqa, nosec, eslint-disable and the like)',
  settings: 'the settings of the project switch them off',
  tests: 'they are in test code or examples',
  grammar: 'the syntax there is rather newer than what is known of the language here',
  unsure: 'what their rules say is more often wrong than right (--all reports them)',
  baseline: 'the baseline has them',
};

function analysersText(analysers: ReviewReport['analysers']): string {
  return analysers.length === 0 ? '' : `Looked at by ${analysers.map(analyserText).join(', ')}.`;
}

function analyserText({ name, version, own, files }: ReviewReport['analysers'][number]): string {
  return `${name}${version === undefined ? '' : ` ${version}`}${own ? ' of the project' : ''} (${many(files, 'file')})`;
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

function modelText({ name, inputTokens, outputTokens, untied }: NonNullable<ReviewReport['model']>): string {
  const dropped = untied > 0 ? `; ${many(untied, 'finding')} of it tied to no line, dropped` : '';
  return `Model ${name}: ${inputTokens} tokens read, ${outputTokens} written${dropped}.`;
}

function summaryText(report: ReviewReport, width: number, paint: Paint): string {
  const { skipped, model, notes, analysers } = report;
  const lines = [
    ...verdictText(report, width, paint),
    wrap(analysersText(analysers), width),
    model ? wrap(modelText(model), width) : '',
    ...skipped.map(({ reason, count, paths }) =>
      wrap(
        `Left out ${many(count, 'file')} (${reason}): ${paths.join(', ')}${count > paths.length ? ', …' : ''}`,
        width,
      ),
    ),
    ...notes.slice(0, shownNotes).map((note) => paint('dim', wrap(note, width))),
    notes.length > shownNotes ? paint('dim', `… and ${many(notes.length - shownNotes, 'note')} more`) : '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}
