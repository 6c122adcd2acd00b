/** Who looks at a run brings a worker that says so; one that only takes no activities is a worker like others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { WorkerOptions } from '@temporalio/worker';
import { afterAll, expect, test } from 'vitest';
import { fanfold } from '../../src/worker.ts';
import { onlyAnswers } from '../../src/worker/only-answers.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-answers-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What a workflow is told that asks the worker what it has. */
async function said(options: Partial<WorkerOptions>): Promise<unknown> {
  const configured = await fanfold({ home }).configureWorker?.({ taskQueue: 'q', ...options });
  const activities = configured?.activities as Record<string, (asked: object) => Promise<unknown>> | undefined;
  return new MockActivityEnvironment().run(async () => activities?.['fanfold.knownActivities']?.({}));
}

test('a worker for who looks says so, and one whose activities others take does not', async () => {
  expect(await said(onlyAnswers)).toMatchObject({ onlyAnswers: true });
  for (const options of [{}, { enableNonLocalActivities: false }, { plugins: [{ name: 'other' }] }]) {
    const facts = await said(options);
    expect(facts).toMatchObject({ names: [] });
    expect(facts).not.toHaveProperty('onlyAnswers');
  }
});
