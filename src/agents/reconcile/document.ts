/** The report of a reconciliation as a document in Markdown, with what it is known by and who signed it. */
import { markdownLines, markdownText } from '../../core/text/index.ts';
import { openFindings } from './findings-csv.ts';
import type { ReconciliationAnswer, SignOff } from './pure/types.ts';

/** @param report the whole of it, or what of it is in the answer */
export function reconciliationDocument(answer: ReconciliationAnswer, report = answer.report): string {
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
    ...(answer.complete || report !== answer.report ? [] : ['These are the first of them: the CSV has all.', '']),
    seal.join('  \n'),
    '',
  ].join('\n');
}

export function sealOf({ stored, madeAt, inputsSha256, signOff }: ReconciliationAnswer): string[] {
  const inputs = inputsSha256 === undefined ? [] : [`  SHA-256 of the inputs ${inputsSha256}`];
  return [`Report of ${madeAt}`, `  SHA-256 ${stored.sha256}`, ...inputs, `  ${signOffText(signOff)}`];
}

function signOffText(signOff: SignOff): string {
  if (signOff.state === 'notSignedOff') return 'Not signed off';
  return `Signed off by ${signOff.by} at ${signOff.at}${signOff.note === undefined ? '' : `: ${signOff.note}`}`;
}
