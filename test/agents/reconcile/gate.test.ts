/** A check fails where somebody asked for that, and otherwise ends as its run does. */
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../../src/command.ts';
import { gatedCode, type Gate } from '../../../src/agents/reconcile/gate.ts';
import { matchDefaults } from '../../../src/agents/reconcile/pure/lines.ts';
import { reconciliationReport } from '../../../src/agents/reconcile/pure/report.ts';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';
import type { ReconciliationReport } from '../../../src/agents/reconcile/pure/types.ts';

const line = { place: 'bank:1', date: '2026-03-01', amount: '5.00' };
function report(lines: readonly (typeof line)[], closing: string): ReconciliationReport {
  return reconciliationReport({
    files: [],
    balances: [{ account: '', currency: 'EUR', name: 'bank', opening: '0.00', closing, movement: '5.00' }],
    read: [],
    compared: [{ account: '', currency: 'EUR', found: reconcile([], lines, matchDefaults) }],
    rule: matchDefaults,
  });
}
const [agreeing, missing, gap] = [report([], '5.00'), report([line], '5.00'), report([], '6.00')];

describe('The exit code of a comparison', () => {
  it.each<[Gate | undefined, ReconciliationReport, number, string[]]>([
    [undefined, missing, exitCodes.done, []],
    ['never', gap, exitCodes.done, []],
    ['differences', agreeing, exitCodes.done, []],
    ['differences', missing, exitCodes.failed, ['fanfold: exit 1: the report is not clean']],
    ['differences', gap, exitCodes.failed, ['fanfold: exit 1: the report is not clean']],
    ['gaps', agreeing, exitCodes.done, []],
    ['gaps', missing, exitCodes.done, []],
    ['gaps', gap, exitCodes.failed, ['fanfold: exit 1: 1 balance with a gap']],
  ])('with --fail-on %s says what it was asked to say', (gate, found, code, words) => {
    const said: string[] = [];
    expect(gatedCode(exitCodes.done, found, gate, (text) => said.push(text))).toBe(code);
    expect(said).toEqual(words);
  });

  it('of a run that ended otherwise stays as it is', () => {
    expect(gatedCode(exitCodes.unreachable, missing, 'differences', () => {})).toBe(exitCodes.unreachable);
  });
});
