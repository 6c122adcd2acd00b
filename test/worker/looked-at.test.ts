/** A run that nobody but who looks at it has a worker for waits for one, ever more seldom, and goes on with what that one has. */
import { expect, test, vi } from 'vitest';
import { workerFacts } from '../../src/workflows/worker-facts.ts';

const { slept, answers } = vi.hoisted(() => ({ slept: [] as number[], answers: [] as object[] }));
vi.mock('@temporalio/workflow', async (original) => ({
  ...(await original<object>()),
  patched: () => true,
  workflowInfo: () => ({ unsafe: { isReplaying: false } }),
  sleep: async (ms: number) => void slept.push(ms),
  proxyLocalActivities: () => ({ 'fanfold.knownActivities': async () => answers.shift() }),
}));

test('a run asks after two seconds whether there is a worker that does the work, and then up to a minute apart', async () => {
  const looks = { names: [], paces: {}, onlyAnswers: true };
  answers.push(...Array.from({ length: 7 }, () => looks), { names: ['mine'], paces: {} });
  expect(await workerFacts()).toEqual({ names: ['mine'], paces: {} });
  expect(slept).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});
