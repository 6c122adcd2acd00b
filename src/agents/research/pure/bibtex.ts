/**
 * References as BibTeX, for any reader of it.
 * A brace is written as a command, since BibTeX counts braces even behind a backslash; so are marks that TeX sets as others,
 * as `<` is an inverted exclamation mark there.
 */
import { isWebAddress, oneLine } from '../../../core/text/index.ts';
import { andOthers, asPerson, particle } from './authors.ts';
import type { Reference } from './report.ts';

/** The parts of a reference that an entry has. */
export type BibtexEntry = Omit<Reference, 'passages' | 'alsoIn'>;

const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
};

/** One entry each, in order; their keys are unique. */
export function bibtex(references: readonly BibtexEntry[]): string {
  return references.map((reference) => `${entry(reference)}\n`).join('\n');
}

function entry(reference: BibtexEntry): string {
  const { title, url, source, year, doi, authors = [], standing, retrieved = '' } = reference;
  const [type, venue] = placeOf(reference);
  const encoded = address(url);
  const fields: [string, string][] = [
    // Double braces keep capitals as they are.
    ['title', `{${escaped(title)}}`],
    ['author', authors.map((name) => person(name, authors)).join(' and ')],
    ...venue,
    ['year', year === undefined ? '' : String(year)],
    ['doi', address(doi ?? '')],
    // Readers of BibTeX make links of addresses; a path or anything else is a note.
    ['url', isWebAddress(encoded) ? encoded : ''],
    ['urldate', isWebAddress(encoded) ? escaped(retrieved) : ''],
    ['howpublished', type === 'misc' ? escaped(source) : ''],
    ['note', [standing ?? '', isWebAddress(encoded) ? '' : escaped(url)].filter(Boolean).join('; ')],
  ];
  const lines = fields.filter(([, value]) => value !== '').map(([name, value]) => `  ${name} = {${value}}`);
  return `@${type}{${keyOf(reference)},\n${lines.join(',\n')}\n}`;
}

const meeting = /\b(?:conference|congress|proceedings|symposium|workshop)\b/i;

/** A work without a venue is a page or a file. */
function placeOf({ venue }: BibtexEntry): [type: 'misc' | 'article' | 'inproceedings', fields: [string, string][]] {
  if (venue === undefined || venue.trim() === '') return ['misc', []];
  const field = meeting.test(venue) ? 'booktitle' : 'journal';
  return [field === 'journal' ? 'article' : 'inproceedings', [[field, `{${escaped(venue)}}`]]];
}

/** `Family, Given`; a group in braces, so that no `and` in its name makes two of it. */
function person(name: string, all: readonly string[]): string {
  if (name === andOthers) return 'others';
  const found = asPerson(name, all);
  if (!found) return `{${escaped(name)}}`;
  const [family, own] = [escaped(found.family), escaped(found.given)];
  return [family, own].some((part) => /(?:^|\s)and(?:\s|$)/i.test(part)) ? `{${family}, ${own}}` : `${family}, ${own}`;
}

function escaped(text: string): string {
  return (
    oneLine(text)
      .replaceAll(/[\\{}~^<>|]/g, (character) => commands[character] ?? '')
      .replaceAll(/[&%$#_]/g, (character) => `\\${character}`)
      // Two of these would be set as one other mark: `--port` with a dash.
      .replaceAll(/(?<=([-'`]))\1/g, '{}$1')
  );
}

/** Addresses are read as they stand; what would end the field is percent-encoded. */
function address(text: string): string {
  return oneLine(text).replaceAll(/[{}\\\s]/g, (character) => encodeURIComponent(character));
}

/** `von Goethe` as `Goethe`. */
function withoutParticles(family: string): string {
  const words = family.split(/\s+/);
  const first = words.findIndex((word) => !particle.test(word));
  return first <= 0 ? family : words.slice(first).join(' ');
}

/** `heron2019-1`: a name or a word to know it by; the number makes it unique. */
function keyOf({ title, year, number, authors = [] }: BibtexEntry): string {
  const [first = ''] = authors;
  const word = wordIn(withoutParticles(asPerson(first, authors)?.family ?? first)) ?? wordIn(title, 4) ?? 'work';
  return `${word.slice(0, 20)}${year ?? ''}-${number}`;
}

function wordIn(text: string, least = 2): string | undefined {
  const words =
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[a-z]+/g) ?? [];
  return words.find((word) => word.length >= least);
}
