/** The stopping rule on the command line. */
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addRunOptions, runOptions } from '../../src/cli/run-options.ts';

const parsed = (...args: string[]) => {
  const command = addRunOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }));
  return runOptions(command.parse(args, { from: 'user' }).opts());
};

test('opaque ids are asked for by name, and by no other', () => {
  expect(parsed('--ids', 'hashed', '--concurrency', '3')).toEqual({ ids: 'hashed', concurrency: 3 });
  expect(parsed()).toEqual({});
  expect(() => parsed('--ids', 'hash')).toThrow(/plain, hashed/);
});
