/** What reads the answers of sources, which anybody may have written. */
import type { Reader } from './readers.ts';

type Loose = (...args: unknown[]) => unknown;
type Called = (call: (given: string, read: Loose) => unknown) => Reader;

export function ofSources(
  text: (longest?: number) => Reader,
  as: Called,
  apart: Called,
  body: Reader,
): Readonly<Record<string, Reader>> {
  return {
    'agents/research/activities/languages.ts#languageSentence': as((given, read) => read(given, [given])),
    'agents/research/activities/sources/readers/arxiv.ts#readArxiv': body,
    'agents/research/activities/sources/readers/crossref.ts#readCrossref': body,
    'agents/research/activities/sources/readers/described.ts#readDescribed': body,
    'agents/research/activities/sources/readers/europe-pmc.ts#readEuropePmc': body,
    'agents/research/activities/sources/readers/github.ts#readIssues': body,
    'agents/research/activities/sources/readers/github.ts#readRepositories': body,
    'agents/research/activities/sources/readers/openalex.ts#readOpenalex': body,
    'agents/research/activities/sources/readers/pubmed.ts#readPubmedIds': body,
    'agents/research/activities/sources/readers/pubmed.ts#readPubmed': body,
    'agents/research/activities/sources/readers/semantic-scholar.ts#readSemanticScholar': body,
    'agents/research/activities/sources/readers/stack-exchange.ts#readStackExchange': body,
    'agents/research/activities/sources/readers/wikipedia.ts#readWikipedia': body,
    'agents/research/activities/sources/readers/reader.ts#jsonOf': body,
    'agents/research/activities/sources/readers/reader.ts#yearIn': text(),
    'agents/research/activities/sources/readers/trouble.ts#quoted': text(100_000),
    'agents/research/activities/sources/readers/trouble.ts#problemText': text(),
    'agents/research/activities/sources/readers/trouble.ts#troubleIn': as((given, read) =>
      read({ status: given, error: given, [given]: given }),
    ),
    'agents/research/activities/sources/readers/reader.ts#passage': as((given, read) =>
      read({ source: 's', title: given, url: given, text: given, doi: given, authors: [given], venue: given }),
    ),
    'agents/research/activities/sources/readers/xml.ts#xmlOf': apart((given, read) =>
      read({ source: 's', body: given, limit: 10 }, { lists: ['entry'] }),
    ),
    'agents/research/activities/sources/readers/marked.ts#plainText': text(60_000),
    'agents/research/activities/sources/readers/marked.ts#plainJats': text(60_000),
    'agents/research/activities/sources/readers/marked.ts#asWritten': text(60_000),
    'agents/research/pure/unread.ts#silentSentence': as((given, read) => read('s', given)),
  };
}
