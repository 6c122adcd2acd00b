/** The tree reduce on a real server: durable, cached by content, overlapping its map, and sure to end. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { beforeEach, expect, test } from 'vitest';
import { eventually, stage } from '../support/temporal.ts';
import type { Job } from '../support/workflows.ts';
import type { MergeInput, Reduction } from '../../src/workflow.ts';

process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-reduce-'));
const calls: (MergeInput<string> & { at: number })[] = [];
const called = <R>(input: MergeInput<string>, output: R): R => {
  calls.push({ ...input, at: Date.now() });
  return output;
};
const on = stage({
  // A piece named `late` lands once something has been merged, and never otherwise.
  wait: async ({ ms, fail, value }: Job) => {
    await (value === 'late' ? eventually(() => calls[0]) : new Promise((resolve) => setTimeout(resolve, ms)));
    if (fail !== undefined) throw ApplicationFailure.nonRetryable(fail);
    return value;
  },
  joined: async (input: MergeInput<string>) => called(input, input.pieces.join('').slice(0, input.limit)),
  swollen: async (input: MergeInput<string>) => called(input, 'y'.repeat(100_000)),
  broken: async (input: MergeInput<string>) => {
    if (!input.last) throw new Error('it broke');
    return called(input, input.pieces.join(''));
  },
});
beforeEach(() => void calls.splice(0));

const job = (id: string, ms: number, value: string): Job => ({ id, ms, value });
const reduced = (...args: unknown[]) => on.run('reduced', ...args) as Promise<Reduction<string>>;

test('pieces become one result in their own order, though they land in another', async () => {
  const jobs = [job('a', 300, 'aaaa'), job('b', 1, 'bbbb'), job('c', 150, 'cccc'), job('d', 1, 'dddd')];
  const { result, coverage } = await reduced(jobs, 100);
  expect(result).toBe('aaaabbbbccccdddd');
  expect(coverage).toMatchObject({
    included: ['a', 'b', 'c', 'd'],
    left: {},
    note: '4 of 4 pieces are in the result.',
  });
});

test('a second run finds every merge in the cache, whatever the order in which its pieces land', async () => {
  const texts = ['eeeeee', 'ffffff', 'gggggg', 'hhhhhh'];
  const landing = (times: number[]) => texts.map((text, index) => job(text, times[index] ?? 0, text));
  const first = await reduced(landing([1, 60, 120, 180]), 16);
  const before = calls.length;
  const second = await reduced(landing([180, 120, 60, 1]), 16);
  expect(before).toBe(3);
  expect(calls).toHaveLength(before);
  expect(second).toEqual(first);
});

test('a merge begins before the last piece has landed', async () => {
  const { result } = await reduced([job('i', 1, 'iiiiii'), job('j', 1, 'jjjjjj'), job('k', 1, 'late')], 16);
  expect(calls[0]?.pieces).toEqual(['iiiiii', 'jjjjjj']);
  expect(result).toBe('iiiiiijjlate');
});

test('merges that only swell end all the same, within the window', async () => {
  const jobs = Array.from({ length: 9 }, (_, index) => job(`s${index}`, 1, 'z'.repeat(30)));
  const { result } = await reduced(jobs, 40, 'swollen');
  expect(result).toHaveLength(40);
  expect(calls.length).toBeLessThanOrEqual(18);
});

test('a failed piece and a failed merge cost their pieces and nothing else, and are named', async () => {
  const jobs = [
    { ...job('l', 1, 'l'), fail: 'no such page' },
    job('m', 1, 'm'.repeat(12)),
    job('n', 1, 'nn'),
    job('o', 1, 'oo'),
  ];
  const { result, coverage } = await reduced(jobs, 16, 'broken');
  expect(result).toBe('nnoo');
  expect(coverage.left).toEqual({ l: 'no such page', m: 'it broke' });
});

test('options that cannot be meant are refused before anything is started', async () => {
  const failure = await on.failure('reduced', [job('p', 1, 'p')], 0);
  expect(failure).toMatchObject({ type: 'InvalidOptionsError', message: expect.stringContaining('`window`') });
});
