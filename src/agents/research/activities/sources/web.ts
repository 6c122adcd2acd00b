/** The sources on the web, in the order in which they are asked. */
import { arxiv } from './arxiv.ts';
import { crossref } from './crossref.ts';
import { described, isFolder, type Description } from './described.ts';
import { europePmc } from './europe-pmc.ts';
import { githubIssues, githubRepositories } from './github.ts';
import { openalex } from './openalex.ts';
import { pubmed } from './pubmed.ts';
import { semanticScholar } from './semantic-scholar.ts';
import type { Source } from './source.ts';
import { stackExchange } from './stack-exchange.ts';
import { wikipedia } from './wikipedia.ts';

const builtIn = [
  arxiv,
  openalex,
  crossref,
  semanticScholar,
  europePmc,
  wikipedia,
  githubIssues,
  githubRepositories,
  stackExchange,
  pubmed,
];

/** Those that everyone has, then those that were described. */
export function webSources(environment: NodeJS.ProcessEnv, descriptions: readonly Description[] = []): Source[] {
  const apis = descriptions.flatMap((each) => (isFolder(each) ? [] : described(each, environment)));
  return [...builtIn.map((source) => source(environment)), ...apis];
}
