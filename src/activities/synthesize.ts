/** Fan-in to one answer. */
import type { Passage } from './sources/source.ts';

export interface SynthesizeInput {
  readonly question: string;
  readonly passages: readonly Passage[];
  /** What did not answer: the source and its message. */
  readonly failed: Readonly<Record<string, string>>;
  readonly successCount: number;
  readonly failureCount: number;
}

export interface Citation {
  readonly number: number;
  readonly title: string;
  readonly url: string;
  readonly source: string;
}

export interface Answer {
  /** Markdown with [1] citations. */
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly model: string | null;
  readonly method: 'model' | 'extractive';
  readonly note: string;
  /** The sources that gave nothing. */
  readonly missing: readonly string[];
}
