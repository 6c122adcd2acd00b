/** What of an agent may be named by data, or go into one activity with other calls, which repeats some of them after a crash. */
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { agentParts } from '../../src/worker.ts';
import { blindAgent } from '../support/blind-agent.ts';

test('of the agents only looking something up is open, so that none of their actions ever travels in a pack', () => {
  const parts = agentParts({ home: tmpdir(), environment: {}, limits: {}, settings: { file: undefined } });
  expect(parts.flatMap(({ activities }) => Object.keys(activities))).toContain('executeAction');
  expect(parts.flatMap(({ open = [] }) => open)).toEqual(['searchSource']);
  const { part } = blindAgent();
  expect(Object.keys(part.activities)).toContain('blind.executeAction');
  expect(part.open ?? []).toEqual([]);
});
