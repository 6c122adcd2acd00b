/** What every source of passages offers: one search that answers with passages, never with a page of its own. */
import type { Standing } from '../../pure/standing.ts';

/** A piece of text found for a question, and where it stands. */
export interface Passage {
  readonly source: string;
  readonly title: string;
  readonly url: string;
  readonly snippet: string;
  readonly text?: string;
  readonly year?: number;
  readonly doi?: string;
  readonly score?: number;
  readonly authors?: readonly string[];
  /** The journal, the book or the conference. */
  readonly venue?: string;
  /** What became of the work since, where the source says so. */
  readonly standing?: Standing;
  /** Where the source says that its full text is, where that is another address. */
  readonly fullText?: string;
  /** The day on which the page was read whose text this is: `2026-01-31`; absent where the source itself gave the text. */
  readonly retrieved?: string;
  /** Why this document could not be read: it is then no passage, but a gap among them, and bears nothing out. */
  readonly unread?: string;
}

export interface SearchOptions {
  readonly limit: number;
  readonly signal: AbortSignal;
  /** For how long whoever asks will wait, in ms: what is found counts only before that. @default as long as it takes */
  readonly withinMs?: number;
  /** How many of the pages behind its hits may be read. @default as many as the source says */
  readonly pages?: number;
}

/** The pages behind a source's hits. */
export interface PagesOf {
  /** The address of the hit, or only of its full text, as what stands behind a DOI is rarely more than what the index has. */
  readonly at: 'url' | 'fullText';
  /** How many a search reads at most. */
  readonly most: number;
  /** Origins that may be within the worker's own network, such as `http://wiki.local`; all others must be public. */
  readonly origins: readonly string[];
}

export interface Source {
  readonly name: string;
  readonly kind: 'web' | 'local';
  /** The named limit that its calls wait at, where it is another than the source's own name. */
  readonly limit?: string;
  /** Read where hits say but a line of them. @default none is */
  readonly pages?: PagesOf;
  search(question: string, options: SearchOptions): Promise<Passage[]>;
}
