/** A review as a document in Markdown: the findings by file with their lines, then what was looked at, and what was not. */
import { many, markdownAddress, markdownLines, markdownText, utf8Bytes } from '../../../core/text/index.ts';
import { leading } from './fitting.ts';
import { nameOf, type Finding } from './findings.ts';
import {
  analysersSentence,
  furtherSentences,
  modelSentence,
  skippedSentence,
  unreportedSentences,
} from './sentences.ts';
import { countsText } from './step-summary.ts';
import type { ReviewReport } from './types.ts';

/** As much as a person reads, and a page lays out at once. */
const mostBytes = 200 * 1024;

export function reviewDocument(report: ReviewReport): string {
  const { findings, skipped, analysers, model, missing, notes, diff } = report;
  const texts = findings.map((finding) => ({ path: finding.path, text: findingText(finding) }));
  const shown = leading(texts, mostBytes, ({ text }) => utf8Bytes(text));
  const paths = [...new Set(shown.map(({ path }) => path))];
  const left = findings.length - shown.length;
  const remarks = [
    ...(left > 0 ? [`${many(left, 'more finding')} in the JSON of the answer.`] : []),
    ...unreportedSentences(report),
    ...missing.map((text) => `No result of ${text}.`),
    ...(model ? [modelSentence(model, report.estimate)] : []),
    ...skipped.map(skippedSentence),
    ...notes,
  ];
  const since = diff === undefined ? '' : ` changed since ${markdownText(diff)}`;
  const sections = [
    '# Review',
    `${countsText(report)}${since}. ${markdownText(analysersSentence(analysers))}`.trim(),
    ...paths.flatMap((path) => [
      `## ${markdownText(path)}`,
      ...shown.filter((each) => each.path === path).map(({ text }) => text),
    ]),
    ...(remarks.length > 0
      ? ['## Beside the findings', remarks.map((each) => `- ${markdownText(each)}`).join('\n')]
      : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

function findingText(finding: Finding): string {
  const { line, column, severity, message, help, url, also = [], removed, excerpt } = finding;
  const place = column === undefined ? `${line}` : `${line}:${column}`;
  const names = [nameOf(finding), ...also].map((name) => markdownText(name)).join(', ');
  const gap = removed ? ['About lines that the change takes away:'] : [];
  const remarks = [...(help === undefined ? [] : [help]), ...furtherSentences(finding), ...gap];
  return [
    `**${place} ${severity}**: ${markdownText(message)} (${names})`,
    ...remarks.map((each) => markdownText(each)),
    ...(url === undefined ? [] : [markdownAddress(url)]),
    ...(excerpt.length > 0 ? [markdownLines(excerpt.join('\n'))] : []),
  ].join('\n\n');
}
