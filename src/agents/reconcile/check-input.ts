/** What no schema says of a reconciliation's input. */
import { InvalidOptionsError, milliseconds } from '../../index.ts';
import type { ReconcileInput } from './pure/types.ts';

/** What a fan-out in which all must succeed can be given; a minimum would contradict it. */
const optionsOfAll = new Set(['concurrency', 'deadline', 'taskTimeout', 'cancelGrace', 'attempts']);

/** @throws {InvalidOptionsError} naming the field */
export function checkReconcile({ ledger, statements, awaitSignOff, signOff, ...input }: ReconcileInput): void {
  if (statements.length === 0) throw new InvalidOptionsError('statements', 'must name at least one file');
  checkNames([ledger, ...statements].map(({ name }) => name));
  checkOptions(input);
  if (awaitSignOff !== undefined) milliseconds(awaitSignOff, 'awaitSignOff');
  if (signOff?.by.trim() === '')
    throw new InvalidOptionsError('signOff.by', 'must be the name of who signs', signOff.by);
}

function checkNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (name.trim() === '') throw new InvalidOptionsError('name', 'must not be empty', name);
    if (seen.has(name)) throw new InvalidOptionsError('statements', 'must name each file once', name);
    seen.add(name);
  }
}

function checkOptions({ options = {}, rule = {} }: Pick<ReconcileInput, 'options' | 'rule'>): void {
  const odd = Object.keys(options).find((name) => !optionsOfAll.has(name));
  if (odd !== undefined)
    throw new InvalidOptionsError(odd, 'has no place in a reconciliation, in which every partition must succeed');
  const { tolerance: _tolerance, fees: _fees, ...days } = rule;
  for (const [name, value] of Object.entries(days)) {
    if (!Number.isSafeInteger(value) || value < 0 || value > 366)
      throw new InvalidOptionsError(`rule.${name}`, 'must be a whole number from 0 to 366', value);
  }
}
