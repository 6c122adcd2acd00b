/** The report of a reconciliation for a person, and as a file in JSON, CSV or Markdown. */
import { markdownLines, markdownText, type Paint } from '../../command.ts';
import { cleanJson } from '../../core/text/index.ts';
import { differencesCsv, matchesCsv, openFindings } from './findings-csv.ts';
import type { ReconciliationAnswer, ReconciliationReport, SignOff, StoredReport } from './pure/types.ts';
import type { WholeReport } from './whole-report.ts';

export function reconciliationText(answer: ReconciliationAnswer, paint: Paint): string {
  const [head = '', ...rest] = answer.text.split('\n');
  const colour = answer.report.clean ? 'green' : 'yellow';
  return [paint(['bold', colour], head), ...rest, '', ...sealOf(answer)].join('\n');
}

function sealOf({ stored, madeAt, inputsSha256, signOff }: ReconciliationAnswer): string[] {
  const inputs = inputsSha256 === undefined ? [] : [`  SHA-256 of the inputs ${inputsSha256}`];
  return [`Report of ${madeAt}`, `  SHA-256 ${stored.sha256}`, ...inputs, `  ${signOffText(signOff)}`];
}

function signOffText(signOff: SignOff): string {
  if (signOff.state === 'notSignedOff') return 'Not signed off';
  return `Signed off by ${signOff.by} at ${signOff.at}${signOff.note === undefined ? '' : `: ${signOff.note}`}`;
}

export type ReportFormat = 'json' | 'csv' | 'md';

/** All of it, in pieces, since one with the matches of a million lines is larger than a text can be. */
export async function* reportFile(
  format: ReportFormat,
  answer: ReconciliationAnswer,
  { report, matches }: WholeReport,
): AsyncGenerator<string> {
  if (format === 'md') yield markdownOf(answer, report);
  else if (format === 'csv') {
    yield* differencesCsv(report);
    for await (const each of matches()) yield* matchesCsv(each);
  } else yield* jsonOf(answer, report, matches());
}

async function* jsonOf(
  { madeAt, signOff, stored }: ReconciliationAnswer,
  report: StoredReport,
  all: AsyncIterable<readonly object[]>,
): AsyncGenerator<string> {
  const whole = cleanJson({ report: { ...report, matched: [] }, sha256: stored.sha256, madeAt, signOff }, 2);
  // No line that begins so can be a part of a text, in which a line end is written otherwise.
  const [before = '', after = ''] = whole.split(emptyList);
  yield before + emptyList.slice(0, -1);
  let separator = '';
  for await (const matches of all) {
    if (matches.length === 0) continue;
    yield separator + matches.map(indented).join(',');
    separator = ',';
  }
  yield `${separator === '' ? '' : '\n    '}]${after}\n`;
}

const emptyList = '\n    "matched": []';

const indented = (match: object): string => `\n${cleanJson(match, 2)}`.replaceAll('\n', '\n      ');

function markdownOf(answer: ReconciliationAnswer, report: ReconciliationReport): string {
  const rows = openFindings(report).map(({ outcome, currency, side, line, other }) => {
    const who = line.reference ?? line.counterparty ?? line.text ?? '';
    const cells = [outcome, side, line.date, `${line.amount} ${currency}`, who, line.place, other];
    return `| ${cells.map((cell) => markdownText(cell)).join(' | ')} |`;
  });
  const table = [
    '| finding | side | date | amount | what | where | other |',
    '| --- | --- | --- | ---: | --- | --- | --- |',
    ...rows,
  ];
  const seal = sealOf(answer).map((line) => markdownText(line));
  return [
    '# Reconciliation',
    '',
    markdownLines(answer.text),
    '',
    ...(rows.length > 0 ? ['## Findings', '', ...table, ''] : []),
    seal.join('  \n'),
    '',
  ].join('\n');
}
