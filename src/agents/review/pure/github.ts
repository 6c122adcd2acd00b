/** A review as annotations of GitHub Actions: workflow commands, one a line, which it shows beside the lines. */
import { withoutControls } from '../../../core/text/index.ts';
import { nameOf, type Finding, type Severity } from './findings.ts';
import { toldAt } from './fingerprint.ts';
import { countsText } from './step-summary.ts';
import type { ReviewReport } from './types.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * What counts most comes first, as GitHub shows ten annotations of each type: what was found in all, what was not looked at,
 * each finding, and then its further places. Values are escaped, so that no text of a reviewed file or a model can begin a
 * command of its own.
 */
export function githubAnnotations(report: ReviewReport): string {
  const told = report.findings.map(toldAt);
  const inOrder = [...told.map((each) => each.slice(0, 1)), ...told.map((each) => each.slice(1))].flat();
  return [
    `::notice title=fanfold::${data(`fanfold: ${countsText(report)}`)}`,
    ...report.missing.map((text) => `::warning title=fanfold::${data(`No result of ${text}`)}`),
    ...inOrder.map(({ finding }) => annotation(finding)),
    '',
  ].join('\n');
}

function annotation(finding: Finding): string {
  const { path, line, endLine, column, severity, message, help, more = [] } = finding;
  const place = [
    `file=${property(path)}`,
    `line=${line}`,
    `endLine=${endLine}`,
    ...(column === undefined ? [] : [`col=${column}`]),
    `title=${property(nameOf(finding))}`,
  ];
  const also = more.length > 0 ? `Also on lines ${more.join(', ')}` : '';
  const text = [message, help ?? '', also].filter((each) => each !== '').join('\n');
  return `::${commands[severity]} ${place.join(',')}::${data(text)}`;
}

function data(text: string): string {
  return withoutControls(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
