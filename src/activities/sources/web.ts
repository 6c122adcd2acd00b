/** The sources on the web, in the order in which they are asked. */
import { arxiv } from './arxiv.ts';
import { crossref } from './crossref.ts';
import { europePmc } from './europe-pmc.ts';
import { openalex } from './openalex.ts';
import { semanticScholar } from './semantic-scholar.ts';
import type { Source } from './source.ts';
import { wikipedia } from './wikipedia.ts';

export function webSources(environment: NodeJS.ProcessEnv): Source[] {
  return [arxiv, openalex, crossref, semanticScholar, europePmc, wikipedia].map((source) => source(environment));
}
