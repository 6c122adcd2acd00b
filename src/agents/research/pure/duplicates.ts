/**
 * The same work found by several sources, recognised by its DOI or, without one, by its title.
 * Two DOIs that differ tell two works apart however alike their titles are, and so do numbers in them.
 */
import { given } from '../../../index.ts';
import { worstStanding, type Standing } from './standing.ts';
import { withoutEnd } from '../../../core/text/index.ts';

/** What a work is recognised by. */
export interface PublishedWork {
  readonly source: string;
  readonly title: string;
  readonly url: string;
  readonly text?: string;
  readonly year?: number;
  readonly doi?: string;
  readonly standing?: Standing;
  readonly authors?: readonly string[];
  readonly venue?: string;
}

/** A work, and the other sources that found it too. */
export type Merged<W extends PublishedWork> = W & { readonly alsoIn?: readonly string[] };

/** The share of words that two titles must have in common; a subtitle more or less is too much. */
const alike = 0.85;
/** Shorter titles, such as `Introduction`, name many works. */
const fewestWords = 4;

/** `https://doi.org/10.1/ABC`, `doi:10.1/abc` and `10.1/abc.` are one. Undefined where there is none in it. */
export function normalizeDoi(doi: string | undefined): string | undefined {
  const bare = /10\.\d{4,9}\/\S+|10\.\d+\/\S+/.exec(doi?.toLowerCase() ?? '')?.[0];
  return bare === undefined ? undefined : withoutEnd(bare, '.,;)]');
}

/** Lower case, without accents, marks and double spaces. */
export function normalizeTitle(title: string): string {
  return title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Each work once, in the order given; of several the one with the longest text, with what only the others knew. */
export function withoutDuplicates<W extends PublishedWork>(works: readonly W[]): Merged<W>[] {
  const kept: { work: Merged<W>; key: Key }[] = [];
  for (const work of works) {
    const key = keyOf(work);
    const same = kept.find((other) => isSame(other.key, key));
    if (!same) kept.push({ work, key });
    else {
      same.work = merged(same.work, work);
      same.key = keyOf(same.work);
    }
  }
  return kept.map(({ work }) => work);
}

interface Key {
  readonly doi: string | undefined;
  readonly title: string;
  readonly words: ReadonlySet<string>;
  readonly numbers: string;
  readonly source: string;
  readonly text: string | undefined;
  readonly url: string;
}

function keyOf({ doi, title, source, text, url }: PublishedWork): Key {
  const normal = normalizeTitle(title);
  const numbers = (normal.match(/\d+/g) ?? []).join(' ');
  return { doi: normalizeDoi(doi), title: normal, words: new Set(normal.split(' ')), numbers, source, text, url };
}

function isSame(one: Key, other: Key): boolean {
  if (one.doi !== undefined && other.doi !== undefined) return one.doi === other.doi;
  if (one.url !== '' && one.url === other.url && one.text === other.text) return true;
  // Sections of one source may well have one title, and then are different ones.
  if (one.source === other.source && one.text !== other.text) return false;
  if (one.words.size < fewestWords || other.words.size < fewestWords) return false;
  if (one.title === other.title) return true;
  if (one.numbers !== other.numbers) return false;
  const shared = [...one.words].filter((word) => other.words.has(word)).length;
  return shared / Math.max(one.words.size, other.words.size) >= alike;
}

function merged<W extends PublishedWork>(one: Merged<W>, other: W): Merged<W> {
  const [best, second] = (other.text?.length ?? 0) > (one.text?.length ?? 0) ? [other, one] : [one, other];
  const year = best.year ?? second.year;
  const doi = best.doi ?? second.doi;
  const authors = best.authors ?? second.authors;
  const venue = best.venue ?? second.venue;
  const standing = worstStanding([best.standing, second.standing]);
  const others = [...new Set([one.source, ...(one.alsoIn ?? []), other.source])].filter((name) => name !== best.source);
  return {
    ...best,
    ...given({ year, doi, authors, venue, standing }),
    ...(others.length === 0 ? {} : { alsoIn: others }),
  };
}
