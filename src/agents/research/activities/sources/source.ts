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
  /** Why this document could not be read: it is then no passage, but a gap among them, and bears nothing out. */
  readonly unread?: string;
}

export interface SearchOptions {
  readonly limit: number;
  readonly signal: AbortSignal;
}

export interface Source {
  readonly name: string;
  readonly kind: 'web' | 'local';
  /** The named limit that its calls wait at, where it is another than the source's own name. */
  readonly limit?: string;
  search(question: string, options: SearchOptions): Promise<Passage[]>;
}
