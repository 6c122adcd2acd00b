/** The report of a reconciliation for a person, and as a file in JSON, CSV or Markdown. */
import type { Paint } from '../../command.ts';
import { cleanJson } from '../../core/text/index.ts';
import { reconciliationDocument, sealOf } from './document.ts';
import { differencesCsv, matchesCsv } from './findings-csv.ts';
import type { ReconciliationAnswer, StoredReport } from './pure/types.ts';
import type { WholeReport } from './whole-report.ts';

export function reconciliationText(answer: ReconciliationAnswer, paint: Paint): string {
  const [head = '', ...rest] = answer.text.split('\n');
  const colour = answer.report.clean ? 'green' : 'yellow';
  return [paint(['bold', colour], head), ...rest, '', ...sealOf(answer)].join('\n');
}

export type ReportFormat = 'json' | 'csv' | 'md';

/** All of it, in pieces, since one with the matches of a million lines is larger than a text can be. */
export async function* reportFile(
  format: ReportFormat,
  answer: ReconciliationAnswer,
  { report, matches }: WholeReport,
): AsyncGenerator<string> {
  if (format === 'md') yield reconciliationDocument(answer, report);
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
