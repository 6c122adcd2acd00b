/** Texts by how much they say on a question: BM25 (S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework", 2009). */
import MiniSearch from 'minisearch';
import { stemsAndParts } from '../pure/stems.ts';

interface RankedText {
  readonly title: string;
  readonly text: string;
}

/** What stands further in a question is not looked for. */
const longestQuestion = 2000;

/** Best first, without those that have no word of the question. */
export function rankedByWords<T extends RankedText>(question: string, texts: readonly T[]): T[] {
  const index = new MiniSearch<RankedText & { readonly id: number }>({
    fields: ['title', 'text'],
    // As the passages are searched and read: without words that mean nothing, and with those within names.
    tokenize: stemsAndParts,
    processTerm: (term) => term,
    searchOptions: { boost: { title: 1.5 } },
  });
  index.addAll(texts.map(({ title, text }, id) => ({ id, title, text })));
  return index.search(question.slice(0, longestQuestion)).flatMap(({ id }) => texts[Number(id)] ?? []);
}
