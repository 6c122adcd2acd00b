/** How a workflow asks a source: at the limit that the run names for all, or else at the source's own. */
import { given, ownActivities, proxyActivities } from '../../../workflow.ts';
import type { PagesOfRun } from '../pure/pages.ts';
import type { ResearchInput } from '../pure/types.ts';
import type { SearchSourceInput } from '../activities/index.ts';
import type { Passage } from '../activities/sources/source.ts';

interface Search {
  searchSource(input: SearchSourceInput): Promise<Passage[]>;
}

/** What is left until then, in ms; nothing is said of a time that has been extended since. */
export function leftUntil(time: number): { withinMs?: number } {
  const left = Math.floor(time - Date.now());
  return left > 0 ? { withinMs: left } : {};
}

interface Searching {
  /** The own limit of each source that has one. */
  readonly limits: Readonly<Record<string, string>>;
  /** What all searches of the run may read. */
  readonly pages: PagesOfRun;
}

export function searchOf(
  source: string,
  { limit, attempts = 3 }: NonNullable<ResearchInput['options']>,
  { limits, pages }: Searching,
): Search['searchSource'] {
  const retry = { maximumAttempts: attempts };
  const at = given({ limit: limit ?? limits[source] });
  const { searchSource } = ownActivities(proxyActivities<Search>({ startToCloseTimeout: '30s', retry, ...at }));
  return (input) => pages.during((most) => searchSource({ ...input, pages: most }));
}
