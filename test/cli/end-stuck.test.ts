/** What flags and the environment say of runs that cannot go on. */
import { describe, expect, it } from 'vitest';
import { Command } from 'commander';
import { addEndStuckOptions, endStuckOptions, type EndStuckFlags } from '../../src/cli/end-stuck.ts';

const parsed = (...args: string[]): EndStuckFlags => {
  const command = addEndStuckOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }));
  return command.parse(args, { from: 'user' }).opts();
};
const environment = (endStuckAfter?: string, endAnyStuck = false) => ({ endStuckAfter, endAnyStuck });

describe('runs that cannot go on', () => {
  it('end by the flag, then the environment, then what is usual', () => {
    expect(endStuckOptions(parsed('--end-stuck-after', '5'), 10, environment('7'))).toEqual({ after: 5, any: false });
    expect(endStuckOptions(parsed(), 10, environment('7', true))).toEqual({ after: 7, any: true });
    expect(endStuckOptions(parsed('--end-any-stuck'), 10, environment())).toEqual({ after: 10, any: true });
    expect(endStuckOptions(parsed(), 'never', environment())).toBeUndefined();
    expect(endStuckOptions(parsed('--end-stuck-after', 'never'), 10, environment('7'))).toBeUndefined();
  });

  it('are never ended by a number that cannot be meant', () => {
    for (const text of ['0', '2', '-5', '3.5', 'soon', ''])
      expect(() => parsed('--end-stuck-after', text)).toThrow(/whole number from 3/);
    expect(() => endStuckOptions(parsed(), 10, environment('2'))).toThrow(/FANFOLD_END_STUCK_AFTER is '2'/);
  });
});
