/** An answer of research, for a person. Runs of other kinds answer otherwise, or not at all, so its shape is checked. */
import { wrap, type TextPage, type Paint, type TaskRows } from '../../command.ts';
import { depthSections } from './depth-text.ts';
import { isAnswer, researchReport } from './report.ts';
import type { Answer, Citation } from './activities/synthesize.ts';

export function answerText({ text, citations, note }: Answer, width: number, paint: Paint): string {
  const cited = citations.map((citation) => citationText(citation, width, paint)).join('\n');
  const sections = [wrap(text.trim(), width), cited, note === '' ? '' : paint('dim', wrap(note, width))];
  return sections.filter((section) => section !== '').join('\n\n');
}

function citationText({ number, title, url, source, retrieved }: Citation, width: number, paint: Paint): string {
  const head = `[${number}] `;
  const from = retrieved === undefined ? source : `${source}, read on ${retrieved}`;
  return `${wrap(`${head}${title} (${from})`, width)}\n${' '.repeat(head.length)}${paint('dim', url)}`;
}

/** The answer with what it cites; in depth a row for each question follows, and not for each search. */
export function researchText(answer: unknown, { width, paint, question, results }: TextPage): string[] {
  if (!isAnswer(answer)) return [];
  const report = researchReport(answer);
  const asked = report?.question ?? question;
  return [
    ...(asked === undefined ? [] : [paint('bold', wrap(asked, width))]),
    answerText(answer, width, paint),
    ...(report ? depthSections(report, results, width, paint) : []),
  ];
}

export function researchTasks(answer: unknown): TaskRows {
  if (isAnswer(answer) && researchReport(answer)) return { rows: 'none', noun: 'search' };
  return { rows: 'all', counts: (entry) => !isGap(entry) };
}

/** What a source says of a document that could not be read. */
function isGap(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'unread' in entry && entry.unread !== undefined;
}
