import type { createResearchActivities } from '../../../src/agents/research/activities/index.ts';

export interface Figures {
  readonly questions: number;
  readonly found: number;
  readonly said: number;
  /** Where nothing was found, and what is quoted as nearest to it says the fact. */
  readonly near: number;
  readonly deep: number;
  readonly bm25: number;
  readonly bm25of5: number;
  /** Of the answer in the middle, by how many it has, among those that are one. */
  readonly statements: number;
  readonly unanswerable: number;
  readonly silent: number;
  readonly silentDeep: number;
}

export declare function measure(
  createActivities: typeof createResearchActivities,
  options?: { readonly which?: 'all' | 'held' | 'tuned'; readonly file?: string | URL; readonly folder?: string },
): Promise<{ readonly figures: Figures }>;
