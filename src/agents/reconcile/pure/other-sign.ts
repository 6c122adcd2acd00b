/**
 * Statements whose lines would nearly all have a counterpart if their signs were turned, as those of cards whose charges
 * are positive: told, since only a person knows which side writes its amounts the other way round.
 */
import { dayOf } from './board.ts';
import type { Line } from './lines.ts';
import { minus, shortest } from './sums-of-amounts.ts';
import type { FileRead, Where } from './types.ts';

type Missing = Where & { readonly line: Line };

/** Of fewer lines it may be chance. */
const leastLines = 3;
/** Lines of one amount that are looked at. */
const maxAlike = 100;

export interface MissingLines {
  readonly inStatement: readonly Missing[];
  readonly inLedger: readonly Missing[];
  readonly days: number;
}

/** @returns what to try, one sentence a file */
export function otherSigns(files: readonly FileRead[], missing: MissingLines): string[] {
  const turned = turnedIn(missing);
  return files.flatMap(({ name, role, format, lines }) => {
    if (role !== 'statement' || format !== 'CSV') return [];
    const isOwn = ({ line }: Missing): boolean => line.place.startsWith(`${name}:`);
    const [count, asWritten] = [turned.filter(isOwn).length, lines - missing.inLedger.filter(isOwn).length];
    if (count < leastLines || count < 4 * asWritten) return [];
    const advice = 'where a charge is positive in it, as cards write it, say --statement-csv sign=turned';
    return [
      `${name}: ${asWritten} of its ${lines} lines fit as written, and ${count} would with the other sign; ${advice}`,
    ];
  });
}

/** Of the statements the lines for which there is one in the ledger, of the other sign and near. */
function turnedIn({ inStatement, inLedger, days }: MissingLines): Missing[] {
  const open = new Map<string, number[]>();
  for (const { line, ...where } of inStatement) {
    const key = keyOf(where, line.amount);
    const own = open.get(key);
    if (!own) open.set(key, [dayOf(line)]);
    else if (own.length < maxAlike) own.push(dayOf(line));
  }
  return inLedger.filter(({ line, ...where }) => {
    const own = open.get(keyOf(where, minus('0', line.amount))) ?? [];
    const at = own.findIndex((day) => Math.abs(day - dayOf(line)) <= days);
    if (at >= 0) own.splice(at, 1);
    return at >= 0;
  });
}

const keyOf = ({ account, currency }: Where, amount: string): string =>
  [account, currency, shortest(amount)].join('\u0000');
