/** Waiting for the end of a run that goes on for days. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { untilOver } from '../../src/runs/view.ts';

test('a run that goes on is waited for by one signal after the other, as each poll leaves a listener at its own', async () => {
  const signals: AbortSignal[] = [];
  const client = {
    options: {},
    withAbortSignal<R>(signal: AbortSignal, work: () => Promise<R>): Promise<R> {
      signals.push(signal);
      return work();
    },
    workflow: {
      getHandle: () => ({
        async result() {
          const signal = signals.at(-1)!;
          if (signals.length === 4) return;
          while (!signal.aborted) await sleep(8);
          throw new Error('cancelled');
        },
        describe: async () => ({ raw: {} }),
      }),
    },
  } as unknown as Client;
  await untilOver(client, 'days', 2);
  expect(signals).toHaveLength(4);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});
