/**
 * Sources described by data: any JSON API, with its address, where its items are, and which field is what (JMESPath); and
 * folders of documents, by names that a request may say where it may say no path.
 * The surprising rule: `${NAME}` is read from the environment in `url` and `headers` alone, so that keys stay out of files.
 */
import { given, checkPart, variable, type Settings } from '../../../../activities/index.ts';
import { dirname, resolve } from 'node:path';
import { compile } from '@jmespath-community/jmespath';
import { z } from 'zod';
import { askSource, json } from './connector.ts';
import type { readDescribed } from './readers/described.ts';
import type { Source } from './source.ts';

const path = z.string().check((context) => {
  try {
    compile(context.value);
  } catch (error) {
    const message = `is no JMESPath: ${error instanceof Error ? error.message : String(error)}`;
    context.issues.push({ code: 'custom', message, input: context.value });
  }
});

const address = z
  .string()
  .regex(/^https?:\/\//, 'must begin with http:// or https://')
  .regex(/\{question\}/, 'must have {question} where the question goes');

const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    'must be an origin, such as http://wiki.local',
  );

/** As people will name it: `doaj`. */
const sourceName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be lower case letters, digits and hyphens');

const folderDescription = z.strictObject({ name: sourceName, folder: z.string().min(1) });
export type FolderDescription = z.output<typeof folderDescription>;

const sourceDescription = z.strictObject({
  name: sourceName,
  /** With `{question}`, and `{limit}` where it takes one. */
  url: address,
  headers: z.record(z.string(), z.string()).default({}),
  /** Where the list of items is; an object's values count as a list. @default the whole answer */
  items: path.default('@'),
  /** What is true of an answer without items where nothing was found, and not where it failed. @default that the list is there */
  emptyWhen: z.exactOptional(path),
  /** Where each part is in an item. */
  fields: z.strictObject({
    title: path,
    url: path,
    text: z.exactOptional(path),
    year: z.exactOptional(path),
    doi: z.exactOptional(path),
    /** A list of names, `Family, Given` where it can be. */
    authors: z.exactOptional(path),
    venue: z.exactOptional(path),
  }),
  /** The named limit its calls wait at. @default its name */
  limit: z.exactOptional(z.string().min(1)),
  /** How many of the pages behind the hits of a search are read, where a hit has but a line of its page. */
  pages: z.int().min(0).max(5).default(3),
  /** Origins of pages within a network of one's own; others are read where anybody may reach them. */
  origins: z.array(origin).default([]),
});
export type SourceDescription = z.output<typeof sourceDescription>;

export type Description = SourceDescription | FolderDescription;

/**
 * The sources that the settings describe; a folder's path is from where their file is.
 *
 * @throws {SettingsError} naming the file and the key that cannot be meant
 */
export function checkSources({ sources = [], file }: Pick<Settings, 'sources' | 'file'>): readonly Description[] {
  const forms = sources.map((each) => ('folder' in each ? folderDescription : sourceDescription));
  // A form of its own for each, so that what is wrong is said of the form that was meant.
  const schema = z.object({ sources: z.tuple(forms as [(typeof forms)[number]]) });
  const checked = checkPart(schema, { sources }, file ?? 'the settings').sources as readonly Description[];
  const base = file === undefined ? process.cwd() : dirname(file);
  return checked.map((each) => (isFolder(each) ? { ...each, folder: resolve(base, each.folder) } : each));
}

export function isFolder(description: Description): description is FolderDescription {
  return 'folder' in description;
}

/** A description as a source. */
export function described(description: SourceDescription, environment: NodeJS.ProcessEnv): Source {
  const { name, items, fields, emptyWhen, limit, pages, origins } = description;
  return {
    name,
    kind: 'web',
    ...given({ limit }),
    pages: { at: 'url', most: pages, origins },
    async search(question, { limit: most, signal }) {
      const override = environment[`FANFOLD_SOURCE_${variable(name)}_URL`];
      const template = filled(override || description.url, environment);
      const url = new URL(placed(template, question, most));
      // The address of an override need not say where the question goes.
      if (!template.includes('{question}')) url.searchParams.set('question', question);
      const headers = Object.fromEntries(
        Object.entries(description.headers).map(([key, value]) => [key, filled(value, environment)]),
      );
      return askSource<typeof readDescribed>(['described.ts', 'readDescribed'], url, {
        source: name,
        signal,
        limit: most,
        headers: { ...json, ...headers },
        more: { items, fields, ...given({ emptyWhen }) },
      });
    },
  };
}

function placed(template: string, question: string, limit: number): string {
  return template.replaceAll('{question}', encodeURIComponent(question)).replaceAll('{limit}', String(limit));
}

function filled(template: string, environment: NodeJS.ProcessEnv): string {
  return template.replaceAll(/\$\{(\w{1,200})\}/g, (_whole, name: string) => environment[name] ?? '');
}
