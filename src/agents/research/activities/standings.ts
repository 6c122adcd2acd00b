/** What became of the works that an answer cites, in sentences of its note. */
import { normalizeDoi } from '../pure/duplicates.ts';
import { standingSentences, worstStanding, type Standing } from '../pure/standing.ts';
import type { Passage } from './sources/source.ts';

/** The works among those cited that were taken back or corrected, as any source that found them knows it. */
export function standings(cited: readonly (Passage | undefined)[], found: readonly Passage[]): string {
  const known = (passage: Passage | undefined): Standing | undefined =>
    worstStanding(found.flatMap((each) => (passage && isOneWork(each, passage) ? [each.standing] : [])));
  return standingSentences(cited.map((passage, index) => ({ number: index + 1, standing: known(passage) }))).join(' ');
}

function isOneWork(one: Passage, other: Passage): boolean {
  const doi = normalizeDoi(one.doi);
  if (doi !== undefined && doi === normalizeDoi(other.doi)) return true;
  return one === other || (one.url !== '' && one.url === other.url);
}
