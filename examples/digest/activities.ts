/** What a digest does where things fail: it reads a page. */
import { readFile } from 'node:fs/promises';
import type { Part } from 'fanfold/worker';

export interface Summary {
  readonly page: string;
  readonly words: number;
}

export function createDigestActivities() {
  return {
    /** Counts the words of a page, here a file. */
    async summarise({ page }: { readonly page: string }): Promise<Summary> {
      const text = await readFile(page, 'utf8');
      return { page, words: text.split(/\s+/).filter(Boolean).length };
    },
  };
}

/** Nothing is open: a page is read for a digest, and not because a run of tasks names the activity. */
export const digestPart: Part = { activities: createDigestActivities() };
