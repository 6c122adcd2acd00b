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
import type { OpenAnswer } from '../runs/see.ts';
import { approvalsText } from './approvals.ts';
import { callOf } from './exit.ts';
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
  const data = { view, noun: text?.noun ?? face?.kind.noun ?? 'task', at: Date.now(), ...given({ results, written }) };
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

/** The answer as its kind writes it, or what waits for a person; undefined where there is neither, or none that the kind knows. */
export function answerText(view: RunView, face: Face | undefined, open?: OpenAnswer): AnswerText | undefined {
  const { aligned = false } = face ?? {};
  const width = aligned ? alignedWidth : pageWidth;
  const sections = [
    ...answerSections(view, face, width, open),
    ...(view.approvals ? [approvalsText(view.runId, view.approvals, { width, paint: plain, callOf })] : []),
  ];
  const text = sections.filter(Boolean).join('\n\n');
  const { noun } = (view.answer === undefined ? undefined : face?.tasks?.(view.answer)) ?? {};
  return text === '' ? undefined : { text, aligned, ...given({ noun }) };
}

function answerSections(view: RunView, face: Face | undefined, width: number, open?: OpenAnswer): string[] {
  const answer = view.answer ?? open?.answer;
  if (answer === undefined || !face) return [];
  const text = face.text(answer, { width, paint: plain, results: view.fanIn?.results ?? [] });
  const waiting = open && face.waiting?.(answer, { runId: view.runId, input: open.input, callOf });
  return [...text, waiting ?? ''];
}

const plain = (_style: unknown, text: string): string => text;

/** JSON in which nothing ends the element that it stands in, or begins another. */
function scriptText(value: unknown): string {
  return cleanJson(value).replaceAll('<', String.raw`\u003c`);
}

function digestOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
