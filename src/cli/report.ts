/**
 * A run as one HTML file that needs nothing else: the view of it that the page has, with the run in it as JSON.
 * Its own policy names its code and its style by their digests, so that no text of a run can be either.
 */
import { createHash } from 'node:crypto';
import { given } from '../core/given.ts';
import type { TaskResult } from '../core/task.ts';
import { cleanJson } from '../core/text/controls.ts';
import { htmlText } from '../core/text/markup.ts';
import { reportParts } from '../packages/page-files.ts';
import type { AnswerText, Face } from '../runs/face.ts';
import type { RunView } from '../runs/run-view.ts';

export interface RunReportOptions {
  /** Of the run's kind, which writes its answer. */
  readonly face?: Face | undefined;
  /** Of a run whose own fan-in does not carry them. */
  readonly results?: readonly TaskResult[] | undefined;
  /** The answer as a document. */
  readonly markdown?: string | undefined;
}

/** The file, as text. */
export function reportPage(view: RunView, { face, results, markdown }: RunReportOptions = {}): string {
  const { code, style } = reportParts();
  const text = answerText(view, face);
  const written = text && { ...text, ...given({ markdown }) };
  const data = { view, noun: face?.kind.noun ?? 'task', at: Date.now(), ...given({ results, written }) };
  const policy = `default-src 'none'; script-src ${digestOf(code)}; style-src ${digestOf(style)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${htmlText(view.runId)} · fanfold</title><style>${style}</style></head><body>
<div id="page"><noscript>${htmlText(view.runId)}: ${view.status}. This file needs JavaScript to show more.</noscript></div>
<script type="application/json" id="run">${scriptText(data)}</script>
<script>${code}</script></body></html>
`;
}

/** Wider than any line, since a page wraps by itself. */
const pageWidth = 10_000;
/** Of columns that are not to be wrapped. */
const alignedWidth = 100;

/** The answer as its kind writes it; undefined where there is none, or none that the kind knows. */
export function answerText({ answer, fanIn }: RunView, face: Face | undefined): AnswerText | undefined {
  if (answer === undefined || !face) return undefined;
  const { aligned = false } = face;
  const width = aligned ? alignedWidth : pageWidth;
  const page = { width, paint: (_style: unknown, text: string) => text, results: fanIn?.results ?? [] };
  const text = face.text(answer, page).filter(Boolean).join('\n\n');
  return text === '' ? undefined : { text, aligned };
}

/** JSON in which nothing ends the element that it stands in, or begins another. */
function scriptText(value: unknown): string {
  return cleanJson(value).replaceAll('<', String.raw`\u003c`);
}

function digestOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
