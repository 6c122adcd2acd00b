/** Every source by its name; a folder needs no name of its own: its path is its name. */
import { ApplicationFailure } from '@temporalio/common';
import { createDocuments } from '../documents/index.ts';
import type { SourceDescription } from './described.ts';
import type { Source } from './source.ts';
import { webSources } from './web.ts';

export interface SourcesOptions {
  /** Where the index of documents is kept. */
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Those that `fanfold.config` describes. */
  readonly descriptions?: readonly SourceDescription[] | undefined;
}

export interface Sources {
  names(): string[];
  /** The named limit that a source's calls wait at, where there is one of that name. @default its own name */
  limitOf(name: string): string;
  /** @throws {ApplicationFailure} of type `UnknownSource`, which lists the known ones */
  find(name: string, folder?: string): Source;
}

export function createSources({ home, environment, descriptions }: SourcesOptions): Sources {
  const documents = createDocuments(home);
  const sources = new Map(
    [...webSources(environment, descriptions), ...documents.packages].map((source) => [source.name, source]),
  );
  const names = (): string[] => [...sources.keys()];
  return {
    names,
    limitOf: (name) => sources.get(name)?.limit ?? name,
    find(name, folder) {
      if (folder !== undefined) return documents.folder(folder);
      const found = sources.get(name);
      if (found) return found;
      const problem = `There is no source named '${name}'; the known ones are ${names().join(', ')}. A folder is given as a folder.`;
      throw ApplicationFailure.nonRetryable(problem, 'UnknownSource');
    },
  };
}
