/** The report of a review for other programs; the shell, the client and the service all write it from here. */
import { cleanJson } from '../../core/text/index.ts';
import type { Form } from '../../runs/kind.ts';
import { githubAnnotations } from './pure/github.ts';
import { rdjsonOf } from './pure/rdjson.ts';
import { sarifOf } from './pure/sarif.ts';
import type { ReviewInput, ReviewReport } from './pure/types.ts';

export function isReview(value: unknown): value is ReviewReport {
  return typeof value === 'object' && value !== null && 'findings' in value && 'counts' in value && 'skipped' in value;
}

export function sarifText(report: ReviewReport, version: string): string {
  return `${cleanJson(sarifOf(report, version), 2)}\n`;
}

export function rdjsonText(report: ReviewReport): string {
  return `${cleanJson(rdjsonOf(report), 2)}\n`;
}

export const reviewForms = {
  sarif: {
    summary: 'The report of a review as SARIF 2.1.0, for code scanning and as a baseline',
    mediaType: 'application/sarif+json',
    write: (answer, { version }) => (isReview(answer) ? sarifText(answer, version) : undefined),
  },
  rdjson: {
    summary: 'The report of a review as reviewdog reads it',
    mediaType: 'application/json',
    write: (answer) => (isReview(answer) ? rdjsonText(answer) : undefined),
  },
  'github-annotations': {
    summary: 'The report of a review as annotations of GitHub Actions',
    mediaType: 'text/plain',
    write: (answer) => (isReview(answer) ? githubAnnotations(answer) : undefined),
  },
} as const satisfies Record<string, Form<ReviewInput>>;
