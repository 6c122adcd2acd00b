/**
 * References as BibTeX, for any reader of it.
 * A brace is written as a command, since BibTeX counts braces even behind a backslash.
 */
import { isWebAddress, oneLine } from '../../../core/text/index.ts';
import type { Reference } from './report.ts';

/** The parts of a reference that an entry has. */
export type BibtexEntry = Pick<Reference, 'number' | 'title' | 'url' | 'source' | 'year' | 'doi'>;

const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

/** One `@misc` entry each, in order; their keys are unique. */
export function bibtex(references: readonly BibtexEntry[]): string {
  return references.map((reference) => `${entry(reference)}\n`).join('\n');
}

function entry({ number, title, url, source, year, doi }: BibtexEntry): string {
  const fields: [string, string][] = [
    // Double braces keep capitals as they are.
    ['title', `{${escaped(title)}}`],
    ...(year === undefined ? [] : ([['year', String(year)]] satisfies [string, string][])),
    ...(doi === undefined ? [] : ([['doi', address(doi)]] satisfies [string, string][])),
    ...placed(url),
    ['howpublished', escaped(source)],
  ];
  const lines = fields.map(([name, value]) => `  ${name} = {${value}}`);
  return `@misc{${keyOf(title, year, number)},\n${lines.join(',\n')}\n}`;
}

/** Readers of BibTeX make links of addresses; a path or anything else is a note. */
function placed(url: string): [string, string][] {
  const encoded = address(url);
  if (isWebAddress(encoded)) return [['url', encoded]];
  return url === '' ? [] : [['note', escaped(url)]];
}

function escaped(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\{}~^]/g, (character) => commands[character] ?? '')
    .replaceAll(/[&%$#_]/g, (character) => `\\${character}`);
}

/** Addresses are read as they stand; what would end the field is percent-encoded. */
function address(text: string): string {
  return oneLine(text).replaceAll(/[{}\\\s]/g, (character) => encodeURIComponent(character));
}

/** `heron2019-1`: a word to know it by; the number makes it unique. */
function keyOf(title: string, year: number | undefined, number: number): string {
  const plain = title.normalize('NFKD').toLowerCase();
  const word = plain.match(/[a-z]{4,}/g)?.[0] ?? 'work';
  return `${word.slice(0, 20)}${year ?? ''}-${number}`;
}
