/** An answer of research as a document: Markdown for people, JSON for programs, BibTeX for those who cite it. */
import { cleanJson, markdownAddress, markdownText, safeMarkdown } from '../../core/text/index.ts';
import { FanfoldError } from '../../errors.ts';
import type { Form } from '../../runs/kind.ts';
import { extname } from 'node:path';
import type { Answer, Citation } from './activities/synthesize.ts';
import { shownAuthors } from './pure/authors.ts';
import { bibtex } from './pure/bibtex.ts';
import { nothingFoundSentence, saysNothingFound } from './pure/nothing-found.ts';
import { silentSentence, unreadSentences } from './pure/unread.ts';
import type { AskedQuestion, Report } from './pure/report.ts';
import type { ResearchInput } from './pure/types.ts';

export const reportFormats = ['markdown', 'json', 'bibtex'] as const;
export type ResearchReportFormat = (typeof reportFormats)[number];

const endings: Readonly<Record<string, ResearchReportFormat>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.json': 'json',
  '.bib': 'bibtex',
};

/** By the ending of a file. @throws {FanfoldError} of type `InvalidInput` */
export function formatOf(file: string): ResearchReportFormat {
  const format = endings[extname(file).toLowerCase()];
  if (format) return format;
  throw new FanfoldError('InvalidInput', `-o ${file}: it must end with .md, .json or .bib, or say --format`, 'output');
}

export function isAnswer(value: unknown): value is Answer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    typeof value.text === 'string' &&
    'citations' in value
  );
}

function form(format: ResearchReportFormat, mediaType: string, summary: string): Form<ResearchInput> {
  const write: Form<ResearchInput>['write'] = (answer, { input: { question } }) =>
    isAnswer(answer) ? reportText(question, answer, format) : undefined;
  return { summary, mediaType, write };
}

/** As the command writes it; the answer as JSON is that of the run. */
export const researchForms = {
  markdown: form('markdown', 'text/markdown', 'The answer of a research as a document in Markdown'),
  bibtex: form('bibtex', 'application/x-bibtex', 'The references of a research as BibTeX'),
} as const;

export function reportText(question: string, answer: Answer, format: ResearchReportFormat): string {
  const report = researchReport(answer);
  if (format === 'bibtex') return bibtex(referencesOf(answer)) || `% ${nothingFoundSentence}\n`;
  if (format === 'json') return `${cleanJson({ question, ...answer }, 2)}\n`;
  return markdown(question, answer, report);
}

/** What bears the answer out; pages that are only near to the question do not. */
export function referencesOf(answer: Answer): readonly Citation[] {
  return saysNothingFound(answer) ? [] : (researchReport(answer)?.references ?? answer.citations);
}

/** The report behind an answer in depth; an answer of one round has none. */
export function researchReport(answer: Answer): Report | undefined {
  return 'report' in answer ? (answer.report as Report) : undefined;
}

function markdown(question: string, answer: Answer, report: Report | undefined): string {
  const references = report?.references ?? answer.citations;
  const missing = report?.missing ?? [
    ...answer.missing.map((source) => silentSentence(source, answer.failed?.[source])),
    ...unreadSentences(answer.unread ?? []),
  ];
  const sections = [
    `# ${markdownText(question)}`,
    safeMarkdown(answer.text.trim()),
    ...(report ? [`## Questions\n\n${questionTable(report.questions)}`] : []),
    ...(missing.length > 0
      ? [`## What is missing\n\n${missing.map((each) => `- ${markdownText(each)}`).join('\n')}`]
      : []),
    ...(references.length > 0 ? [`## References\n\n${references.map(referenceLine).join('\n')}`] : []),
    `---\n\n${safeMarkdown(answer.note)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function questionTable(questions: readonly AskedQuestion[]): string {
  const rows = questions.map(({ question, level, claims, asked, failed }) => {
    const answered = `${asked - Object.keys(failed).length}/${asked}`;
    return `| ${markdownText(question)} | ${level} | ${answered} | ${claims} |`;
  });
  return ['| question | level | sources | claims |', '|---|---|---|---|', ...rows].join('\n');
}

function referenceLine(reference: Citation): string {
  const { number, title, url, source, year, doi, authors = [], venue, standing, retrieved } = reference;
  const about = [
    ...(authors.length > 0 ? [shownAuthors(authors)] : []),
    ...known(venue),
    source,
    ...known(year),
    ...(doi === undefined ? [] : [`doi:${doi}`]),
    ...known(standing),
    ...(retrieved === undefined ? [] : [`read on ${retrieved}`]),
  ];
  return `${number}. ${markdownText(title)} (${markdownText(about.join(', '))}). ${markdownAddress(url)}`;
}

function known(value: string | number | undefined): string[] {
  return value === undefined ? [] : [String(value)];
}
