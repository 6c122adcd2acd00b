/** Every source by its name; a folder that no configuration names has its path for a name. */
import { ApplicationFailure } from '@temporalio/common';
import { createDocuments } from '../documents/index.ts';
import { Hosts } from '../pages/hosts.ts';
import { KeptPages } from '../pages/kept.ts';
import { withPages } from '../pages/index.ts';
import { isFolder, type Description } from './described.ts';
import type { Source } from './source.ts';
import { webSources } from './web.ts';

export interface SourcesOptions {
  /** Where the index of documents is kept. */
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Those that `fanfold.config` describes. */
  readonly descriptions?: readonly Description[] | undefined;
}

export interface Sources {
  names(): string[];
  /** Of these the folders that `fanfold.config` names, whose documents may be private. */
  folders(): string[];
  /** The named limit that a source's calls wait at, where there is one of that name. @default its own name */
  limitOf(name: string): string;
  /** @throws {ApplicationFailure} of type `UnknownSource`, which lists the known ones */
  find(name: string, folder?: string): Source;
}

/** @throws {Error} where a description takes a name that is taken */
export function createSources({ home, environment, descriptions = [] }: SourcesOptions): Sources {
  const documents = createDocuments(home);
  const pages = { kept: new KeptPages(), hosts: new Hosts() };
  const folders = descriptions.filter(isFolder).map(({ name, folder }) => documents.folder(folder, name));
  const sources = new Map<string, Source>();
  for (const source of [...webSources(environment, descriptions), ...documents.packages, ...folders]) {
    const { name } = source;
    if (sources.has(name))
      throw new Error(`fanfold.config describes a source named '${name}', and there is one already`);
    sources.set(name, withPages(source, pages));
  }
  const names = (): string[] => [...sources.keys()];
  return {
    names,
    folders: () => folders.map(({ name }) => name),
    limitOf: (name) => sources.get(name)?.limit ?? name,
    find(name, folder) {
      if (folder !== undefined) return documents.folder(folder);
      const found = sources.get(name);
      if (found) return found;
      const problem = `There is no source named '${name}'; the known ones are ${names().join(', ')}. Its configuration names more, folders among them.`;
      throw ApplicationFailure.nonRetryable(problem, 'UnknownSource');
    },
  };
}
