/** A review on the page of a job of GitHub Actions, which shows only ten annotations of each type beside the lines. */
import { markdownText, many, utf8Bytes } from '../../../core/text/index.ts';
import { leading } from './fitting.ts';
import { nameOf, type Finding } from './findings.ts';
import type { ReviewReport } from './types.ts';

/** A summary of more than 1 MiB is not shown at all, as GitHub's documentation of workflow commands has it; other steps add to it. */
const mostBytes = 256 * 1024;
const longestMessage = 300;
const mostMissing = 20;

/** What was found in one line, as the annotations and the summary begin. */
export function countsText({ counts, files }: Pick<ReviewReport, 'counts' | 'files'>): string {
  return `${many(counts.error, 'error')}, ${many(counts.warning, 'warning')}, ${many(counts.note, 'note')} in ${many(files, 'file')}`;
}

/** As Markdown: the worst first, and how many more there are. */
export function stepSummary(report: ReviewReport): string {
  const { findings, missing } = report;
  const head = [
    '## fanfold review',
    '',
    `${countsText(report)}.`,
    ...missing.slice(0, mostMissing).flatMap((text) => ['', `No result of ${markdownText(text, longestMessage)}.`]),
    ...(missing.length > mostMissing ? ['', `No result of ${missing.length - mostMissing} more.`] : []),
  ];
  const rows = leading(findings.map(row), mostBytes, (each) => utf8Bytes(each) + 1);
  if (rows.length === 0) return `${head.join('\n')}\n\n`;
  const left = findings.length - rows.length;
  const more = left > 0 ? ['', `${many(left, 'more finding')} in the log of this step.`] : [];
  return [...head, '', '| | place | finding | rule |', '| --- | --- | --- | --- |', ...rows, ...more, '', ''].join(
    '\n',
  );
}

function row(finding: Finding): string {
  const { severity, path, line, message, places = [] } = finding;
  const others = places.length === 0 ? '' : ` and ${many(places.length, 'further place')}`;
  const cells = [severity, `${path}:${line}${others}`, message, nameOf(finding)];
  return `| ${cells.map((cell) => markdownText(cell, longestMessage)).join(' | ')} |`;
}
