/** The sources on the web, in the order in which they are asked. */
import { arxiv } from './arxiv.ts';
import { crossref } from './crossref.ts';
import { described, type SourceDescription } from './described.ts';
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

/** Those that everyone has, then those that were described. @throws {Error} where a description takes a name that is taken */
export function webSources(environment: NodeJS.ProcessEnv, descriptions: readonly SourceDescription[] = []): Source[] {
  const sources = builtIn.map((source) => source(environment));
  const taken = new Set(sources.map(({ name }) => name));
  for (const description of descriptions) {
    const { name } = description;
    if (taken.has(name)) throw new Error(`fanfold.config describes a source named '${name}', and there is one already`);
    taken.add(name);
    sources.push(described(description, environment));
  }
  return sources;
}
