/** What a pack that died had reported to its workflow does not run again, although no heartbeat took it along. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, expect, test } from 'vitest';
import { createLocalPack } from '../../../src/activities/travel/local-pack.ts';
import { createPack } from '../../../src/activities/travel/pack.ts';
import { settledSignal, type CallResult, type PackInput, type PackOutput } from '../../../src/core/travel/pack.ts';
import proto from '../../../src/packages/temporal-proto.ts';
import { fileStore } from '../../../src/store/files.ts';

let status = 0;
const ran: string[] = [];
beforeEach(() => void (ran.length = 0));
const quick = (id: string): string => {
  ran.push(id);
  return `${id} of now`;
};
const find = () => quick as (input: unknown) => unknown;
const tasks = ['a', 'b', 'c'].map((id) => ({ id, input: id }));
const input: PackInput = { activity: 'quick', tasks, width: 3, attempts: 1, reportAs: 'tasks-7' };

const loadedDataConverter = loadDataConverter();
const report = (activityId: string, id: string) => {
  const result: CallResult = { id, success: true, result: `${id} of before`, durationMs: 1, attempts: 1, startedAt: 1 };
  const payload = loadedDataConverter.payloadConverter.toPayload({ activityId, results: [result] });
  return { workflowExecutionSignaledEventAttributes: { signalName: settledSignal, input: { payloads: [payload] } } };
};
const events = [report('tasks-7', 'b'), report('tasks-6', 'c'), { workflowTaskStartedEventAttributes: {} }];
const client = {
  withAbortSignal: (_signal: AbortSignal, work: () => unknown) => work(),
  options: { loadedDataConverter, namespace: 'default' },
  workflow: { getHandle: () => ({ fetchHistory: async () => ({ events }) }) },
  workflowService: {
    describeWorkflowExecution: async () => ({ workflowExecutionInfo: { status } }),
  },
} as unknown as Client;

async function resultsOf(output: Promise<PackOutput>): Promise<unknown[]> {
  return (await output).map((result) => result.success && result.result);
}

test.each([
  [1, ['a of now', 'b of now', 'c of now']],
  [2, ['a of now', 'b of before', 'c of now']],
])('attempt %i of a pack gives %j', async (attempt, expected) => {
  const { runPack } = createPack(find, fileStore(mkdtempSync(join(tmpdir(), 'fanfold-reported-'))));
  expect(await resultsOf(new MockActivityEnvironment({ attempt }, { client }).run(runPack, input))).toEqual(expected);
  expect(ran).toEqual(attempt === 1 ? ['a', 'b', 'c'] : ['a', 'c']);
});

const { WORKFLOW_EXECUTION_STATUS_RUNNING: running, WORKFLOW_EXECUTION_STATUS_TERMINATED: over } =
  proto.temporal.api.enums.v1.WorkflowExecutionStatus;

test.each([
  ['just now', 0, over, ['a', 'b', 'c']],
  ['some time ago by a run that goes on', 5000, running, ['a', 'b', 'c']],
  ['some time ago by a run that is over', 5000, over, []],
])('a local pack that was sent %s runs its tasks, unless it is a replay', async (_when, ago, now, expected) => {
  status = now;
  const { runLocalPack } = createLocalPack(find);
  const environment = new MockActivityEnvironment({ isLocal: true }, { client });
  const ended = await environment.run(runLocalPack, { ...input, sentAt: Date.now() - ago }).catch((error) => error);
  if (expected.length === 0) expect(ended).toMatchObject({ type: 'RunOver', nonRetryable: true });
  expect(ran).toEqual(expected);
});
