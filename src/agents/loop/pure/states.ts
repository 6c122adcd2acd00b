/** What words say of the states of rows, and of what an agent's own actions bring about. */
import type { KnownStates } from './claims/index.ts';
import type { Row } from './conversation.ts';
import { beginsWithAny } from './stems.ts';

/** What rows say that their columns of states are in, in lower case. */
export function statesOf(rows: readonly Row[], fields: readonly string[]): ReadonlySet<string> {
  return new Set(rows.flatMap((row) => fields.map((field) => String(row[field] ?? '').toLowerCase())));
}

/** Words of states and of actions, as they begin. */
interface StateWords {
  readonly statusFields: readonly string[];
  readonly statuses: Readonly<Record<string, readonly string[]>>;
  readonly actions: Readonly<Record<string, readonly string[]>>;
  readonly readsDirections?: true;
}

/** @param left kinds of action whose row is cited */
export function knownStates(
  { statuses, statusFields, actions: kinds, readsDirections }: StateWords,
  rows: readonly Row[],
  left: ReadonlySet<string>,
): KnownStates {
  const there = statesOf(rows, statusFields);
  const values = rows.flatMap((row) => Object.values(row).flatMap(textIn)).flatMap(wordsIn);
  // A column says something where it has something: `onHold: false` does not say `on hold`.
  const columns = rows.flatMap((row) =>
    Object.entries(row).flatMap(([key, value]) => (value ? wordsIn(key.replaceAll(camel, ' ')) : [])),
  );
  const named = new Set([...values, ...columns].map((word) => word.toLowerCase()));
  const names = new Set(values.filter((word) => /^\p{Lu}\p{Ll}/u.test(word)).map((word) => word.toLowerCase()));
  const stated = Object.entries(statuses).flatMap(([status, words]) =>
    there.has(status) ? words.flatMap(wordsIn) : [],
  );
  const acted = Object.entries(kinds)
    .flatMap(([kind, words]) => (left.has(kind) ? [] : words))
    .filter((word) => !/\s/.test(word));
  const begins = readsDirections ? beginsWithAny : beginsAsWritten;
  return {
    isNamed: (word) => named.has(word) || begins(word, stated),
    // `Refunded` in a column of states is no name.
    isName: (word) => names.has(word) && !there.has(word),
    isActed: (word) => begins(word, acted),
    saysState: (clause) => Object.values(statuses).some((words) => says(clause, words)),
  };
}

/** Held as an agent writes them, and so `Refunded` against no word, in runs that began before directions were read. */
const beginsAsWritten = (word: string, stems: readonly string[]): boolean =>
  stems.some((stem) => (stem.length <= 3 ? word === stem : word.startsWith(stem)));

/** Between the words of `expectedOn`. */
const camel = /(?<=\p{Ll})(?=\p{Lu})/gu;
const wordsIn = (text: string): string[] => text.match(/\p{L}+/gu) ?? [];

/** Characters of a value whose words are known. */
const longestValue = 2000;

const textIn = (value: unknown): string[] => (typeof value === 'string' ? [value.slice(0, longestValue)] : []);

/** Whether one of the words, given as they begin, stands in a text. */
export function says(prose: string, words: readonly string[]): boolean {
  return placeOf(prose, words) >= 0;
}

/** Where the first that stands there of words, given as they begin, stands in a text; -1 where none does. */
export function placeOf(prose: string, words: readonly string[]): number {
  const lower = prose.toLowerCase();
  for (const each of words) {
    const word = each.toLowerCase();
    // Scripts without spaces have no start of a word.
    const isSpaced = !/[^\p{Script=Latin}\p{Script=Cyrillic}]/u.test(each[0] ?? '');
    const at = isSpaced ? startOf(lower, word) : lower.indexOf(word);
    if (at >= 0) return at;
  }
  return -1;
}

function startOf(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return at;
  return -1;
}
