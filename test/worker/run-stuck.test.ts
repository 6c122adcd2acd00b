/** How long who waits for a run waits for one that fails each time. */
import { expect, test } from 'vitest';
import { assertGoesOn, taskTooLong, type Stuck } from '../../src/runs/run-stuck.ts';

const stuckFor = (milliseconds: number, message: string): Stuck => ({
  reason: 'workflowTaskFails',
  since: Date.now() - milliseconds,
  attempts: 4,
  message,
});

test('a worker that has not what a run needs is given up after a minute, and one that is yet to be started never', () => {
  const stuck: Stuck = { ...stuckFor(61_000, "no worker has 'desk.terms'"), reason: 'noWorker' };
  const ask = (more: Partial<Stuck>) => () => assertGoesOn('a-run', { ...stuck, ...more }, 5000);
  expect(ask({})).toThrow('desk.terms');
  expect(ask({ since: Date.now() - 55_000 })).not.toThrow();
  expect(ask({ attempts: 0 })).not.toThrow();
});

test.each([
  ['code that fails', 'no such function is exported', 6000, true],
  ['a worker that was stopped for some seconds', taskTooLong, 55_000, false],
  ['a worker that dies in it each time', taskTooLong, 61_000, true],
])('of %s it is said in good time, and not before', (_name, message, milliseconds, isSaid) => {
  const ask = (): void => assertGoesOn('a-run', stuckFor(milliseconds, message), 5000);
  if (isSaid) expect(ask).toThrow(message);
  else expect(ask).not.toThrow();
});
