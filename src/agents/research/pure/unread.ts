/** Documents that a source has and that could not be read: they travel among its passages, and are evidence of nothing. */

import { oneLine } from '../../../core/text/index.ts';

/** What a person is told of a document that could not be read. */
export interface Unread {
  readonly source: string;
  /** The document, by its path in the source. */
  readonly title: string;
  /** Why, for a person. */
  readonly unread: string;
}

/** Of one source: a folder of a thousand broken files is told in as many lines as one of ten. */
const mostNamed = 10;
const longestReason = 300;

/** As entries among passages, with the form of one, so that whoever reads passages meets no other shape. */
export function unreadEntries(
  source: string,
  documents: readonly { readonly path: string; readonly why: string }[],
): (Unread & { readonly url: string; readonly snippet: string })[] {
  const entry = (title: string, url: string, why: string) => {
    return { source, title, url, snippet: '', unread: why.slice(0, longestReason) };
  };
  const named = documents.slice(0, mostNamed).map(({ path, why }) => entry(path, path, why));
  const more = documents.length - named.length;
  return more > 0 ? [...named, entry(`${more} more documents`, '', 'they could not be read either')] : named;
}

/** What a search found, and apart from it what it could not read, each document once. */
export function unreadApart<P extends { readonly source: string; readonly title: string; readonly unread?: string }>(
  found: readonly P[],
): { passages: P[]; unread: Unread[] } {
  const passages: P[] = [];
  const unread = new Map<string, Unread>();
  for (const each of found) {
    const { source, title, unread: why } = each;
    if (why === undefined) passages.push(each);
    else unread.set(JSON.stringify([source, title]), { source, title, unread: why });
  }
  return { passages, unread: [...unread.values()] };
}

/** A source that did not answer, and why where that is known. @param how often, where it did now and then */
export function silentSentence(source: string, why: string | undefined, how = ''): string {
  return `${source} did not answer${how}${why === undefined ? '.' : `: ${oneLine(why, longestReason)}`}`;
}

/** A sentence for each. */
export function unreadSentences(unread: readonly Unread[]): string[] {
  return unread.map(({ source, title, unread: why }) => `${title} of ${source} could not be read: ${why}`);
}
