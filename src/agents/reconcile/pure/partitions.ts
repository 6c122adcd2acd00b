/** Which chunks of which files are compared with each other. No amount is looked at here, so it runs in a workflow. */
import { InvalidOptionsError } from '../../../index.ts';
import type { FileRead, Partition, PartitionCompared, Stored, Where } from './types.ts';

interface Draft {
  readonly account: string;
  readonly currency: string;
  readonly month: string;
  readonly ledger: Stored[];
  readonly statement: Stored[];
}

/**
 * One partition for each account, currency and month.
 *
 * @throws {InvalidOptionsError} where a file does not say of which account or currency its lines are, and the others do not say it
 */
export function partitionsOf(files: readonly FileRead[], accounts: Readonly<Record<string, string>> = {}): Partition[] {
  const drafts = new Map<string, Draft>();
  const whereOf = whereResolver(files, accounts);
  for (const file of files) {
    for (const chunk of file.chunks) {
      const { account, currency } = whereOf(file, chunk);
      const id = [chunk.month, account, currency].filter((part) => part !== '').join(' ');
      const draft = drafts.get(id) ?? { account, currency, month: chunk.month, ledger: [], statement: [] };
      drafts.set(id, draft);
      draft[file.role].push(chunk.stored);
    }
  }
  const sorted = [...drafts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([id, { month: _month, ...draft }]) => ({ id, ...draft }));
}

/** One partition for each account and currency of what the months have left. */
export function leftovers(compared: readonly PartitionCompared[]): Partition[] {
  const drafts = new Map<string, Partition & { ledger: Stored[]; statement: Stored[]; settled: Stored[] }>();
  for (const { account, currency, left, leftInLedger, leftInStatement, result } of compared) {
    const id = ['all months', account, currency].filter((part) => part !== '').join(' ');
    const draft = drafts.get(id) ?? { id, account, currency, ledger: [], statement: [], settled: [] };
    drafts.set(id, draft);
    draft.settled.push(result);
    if (left === 0) continue;
    draft.ledger.push(leftInLedger);
    draft.statement.push(leftInStatement);
  }
  return [...drafts.values()].filter(({ ledger, statement }) => ledger.length + statement.length > 0);
}

/**
 * The account and currency of what a file says, by the other files where it does not.
 *
 * @throws {InvalidOptionsError} where they do not say it
 */
export function whereResolver(
  files: readonly FileRead[],
  accounts: Readonly<Record<string, string>> = {},
): (file: FileRead, given: Where) => Where {
  const named = namesOf(files, accounts);
  return (file, given) => ({
    account: accountOf(file, given, named, accounts),
    currency: currencyOf(file, given, named),
  });
}

interface Named {
  readonly accounts: readonly string[];
  readonly currencies: readonly string[];
}

function namesOf(files: readonly FileRead[], accounts: Readonly<Record<string, string>>): Named {
  const chunks = files.flatMap(({ chunks: each }) => each);
  const all = chunks.map(({ account }) => accounts[account] ?? account).filter((name) => name !== '');
  const currencies = chunks.map(({ currency }) => currency).filter((name) => name !== '');
  return { accounts: [...new Set(all)], currencies: [...new Set(currencies)] };
}

function accountOf(
  file: FileRead,
  { account }: Where,
  named: Named,
  accounts: Readonly<Record<string, string>>,
): string {
  if (account !== '') return accounts[account] ?? account;
  return only(file, 'account', named.accounts) ?? '';
}

function currencyOf(file: FileRead, { currency }: Where, named: Named): string {
  if (currency !== '') return currency;
  const found = only(file, 'currency', named.currencies);
  if (found !== undefined) return found;
  const advice = `has lines without a currency, and no other file names one; say it: --${file.role}-csv currency=EUR`;
  throw new InvalidOptionsError(file.role, `${advice} (in ${file.name})`);
}

/** What the other files say, where they say one thing. */
function only(file: FileRead, what: 'account' | 'currency', names: readonly string[]): string | undefined {
  if (names.length <= 1) return names[0];
  const some = names.slice(0, 5).join(', ');
  const advice = `has lines without ${what}, and the files name ${names.length} (${some}); say which: --${file.role}-csv ${what}=${names[0]}`;
  throw new InvalidOptionsError(file.role, `${advice} (in ${file.name})`);
}
