/** The report of a review for other programs; the shell, the client and the service all write it from here. */
import { cleanJson } from '../../core/text/index.ts';
import { given } from '../../index.ts';
import type { Form } from '../../runs/kind.ts';
import { reviewDocument } from './pure/document.ts';
import { githubAnnotations } from './pure/github.ts';
import { rdjsonOf } from './pure/rdjson.ts';
import { sarifOf } from './pure/sarif.ts';
import { stepSummary } from './pure/step-summary.ts';
import type { ReviewInput, ReviewReport } from './pure/types.ts';

export function isReview(value: unknown): value is ReviewReport {
  return typeof value === 'object' && value !== null && 'findings' in value && 'counts' in value && 'skipped' in value;
}

export function sarifText(report: ReviewReport, version: string): string {
  const log = sarifOf(report, version);
  const before = report.below === undefined ? '' : `${report.below.split('/').map(encodeURIComponent).join('/')}/`;
  // Code hosts look for a file from the root of the repository; a finding is known again by its path below what was reviewed.
  for (const { locations = [] } of log.runs[0]?.results ?? [])
    for (const { physicalLocation } of locations) {
      const place = physicalLocation?.artifactLocation;
      if (place?.uri !== undefined) place.uri = before + place.uri;
    }
  return `${cleanJson(log, 2)}\n`;
}

/** GitHub looks for a file from the root of the repository. */
export function githubText(report: ReviewReport): string {
  return githubAnnotations(fromRepository(report));
}

export function githubSummary(report: ReviewReport): string {
  return stepSummary(fromRepository(report));
}

function fromRepository(report: ReviewReport): ReviewReport {
  const { below, findings } = report;
  if (below === undefined) return report;
  const pathOf = ({ path }: { readonly path: string }): string => `${below}/${path}`;
  return {
    ...report,
    findings: findings.map((each) => ({
      ...each,
      path: pathOf(each),
      ...given({ places: each.places?.map((place) => ({ ...place, path: pathOf(place) })) }),
    })),
  };
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
    write: (answer) => (isReview(answer) ? githubText(answer) : undefined),
  },
  markdown: {
    summary: 'The report of a review as a document in Markdown',
    mediaType: 'text/markdown',
    write: (answer) => (isReview(answer) ? reviewDocument(answer) : undefined),
  },
} as const satisfies Record<string, Form<ReviewInput>>;
