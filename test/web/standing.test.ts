/** Of what is true of a run at once, what its badge says. */
import { expect, test } from 'vitest';
import type { FanIn } from '../../src/core/fan-in.ts';
import { shortfallOf, standingOf } from '../../web/parts/standing.ts';

const stuck = { reason: 'workflowTaskFails', since: 0, attempts: 3, message: 'no such activity' } as const;
const fanIn = { successCount: 6, failureCount: 5 } as FanIn;

test('a run that cannot go on is stuck whatever it waits for, and one that waits for a person asks, in a list and alone', () => {
  expect(standingOf({ status: 'running', stuck, waits: true, approvals: [] })).toBe('stuck');
  expect(standingOf({ status: 'running', waits: true })).toBe('asks');
  expect(standingOf({ status: 'running', approvals: [] })).toBe('asks');
  expect(standingOf({ status: 'running' })).toBe('running');
});

test('a run that completed in part is told from one that did all, by its memo in a list and by its results alone', () => {
  expect(standingOf({ status: 'completed', partial: { failed: 5, total: 11 } })).toBe('partial');
  expect(shortfallOf({ status: 'completed', fanIn })).toEqual({ failed: 5, total: 11 });
  expect(standingOf({ status: 'completed', fanIn: { ...fanIn, failureCount: 0 } })).toBe('completed');
  expect(standingOf({ status: 'failed', fanIn })).toBe('failed');
});
