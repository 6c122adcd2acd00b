/** Of which thing a clause speaks: of that whose id it names, and of the rows that have to do with it. */
import type { Row } from './conversation.ts';

/** Digits up to which a number is an id only behind the kind of its row: `visit 5`, but not `5 pieces`. */
const shortest = 3;

export const kindOf = (ref: string): string => ref.split(' ')[0] ?? '';
const idOf = ({ ref }: Row): string => ref.slice(ref.indexOf(' ') + 1).toLowerCase();

/** Words and numbers as they stand, in lower case: `p-10422`, `1,299.90`. */
const tokensOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}.,:'’-]*/gu) ?? []).map((token) =>
    token.replace(/[^\p{L}\p{N}]$/u, ''),
  );

/** The rows whose id a clause names. */
export function namedIn(clause: string, rows: readonly Row[]): Row[] {
  const tokens = tokensOf(clause);
  const said = new Set(tokens);
  const pairs = new Set(tokens.map((token, at) => `${tokens[at - 1] ?? ''} ${token}`));
  return rows.filter((row) => {
    const id = idOf(row);
    if (!said.has(id)) return false;
    return /\D/.test(id) || id.length >= shortest || pairs.has(row.ref.toLowerCase());
  });
}

/** A row with those that name its id, or whose id it names. */
export function aboutThing(thing: Row, rows: readonly Row[]): Row[] {
  const id = idOf(thing);
  return rows.filter((row) => row.ref === thing.ref || hasId(row, id) || hasId(thing, idOf(row)));
}

const hasId = (row: Row, id: string): boolean =>
  Object.entries(row).some(([column, value]) => column !== 'ref' && String(value).toLowerCase() === id);
