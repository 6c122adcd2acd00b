/** Starting a run: checked in full before anything is sent, and idempotent by its id. */
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import type { Progress } from '../core/live/control.ts';
import { InvalidOptionsError } from '../core/errors.ts';
import type { MapInput } from '../core/map/types.ts';
import { checkCount, plan, taskIds } from '../core/options.ts';
import type { ReviewInput } from '../agents/review/pure/types.ts';
import {
  gatherOptions,
  runKinds,
  type ReconcileInput,
  type ResearchInput,
  type RunContext,
  type RunKind,
  type RunTasksInput,
} from '../core/run.ts';
import { checkSupport, type SupportInput } from '../agents/support/pure/types.ts';
import { maxStoredBytes } from '../store/payloads.ts';
import { checkDepth } from '../agents/research/pure/depth.ts';
import { FanfoldError } from '../errors.ts';
import { checkReview, reviewSummary } from '../agents/review/check.ts';
import { checkReconcile } from '../agents/reconcile/check.ts';
import { checkPriority, priorityOf } from './priority.ts';

/** What each kind of run takes. */
export interface RunInputs {
  readonly research: ResearchInput;
  readonly reconcile: ReconcileInput;
  readonly tasks: RunTasksInput;
  readonly map: MapInput;
  readonly review: ReviewInput;
  readonly support: SupportInput;
}

/** Without a store: the server refuses a payload above 2 MB, and this leaves room for what is around it. */
const maxInputBytes = 1_900_000;

/**
 * Up to here a workflow task takes milliseconds, and one that dies with its worker is given up after a second. Temporal's
 * default is ten seconds; too short is worse than too long, since a task that never fits is tried for ever.
 */
const fewTasks = 300;

export interface Started {
  readonly runId: string;
  /** False where the id was taken, and the run is the earlier one. */
  readonly created: boolean;
}

/** @throws {FanfoldError} of type `InvalidInput` or `InvalidOptionsError`, naming the field, and then nothing is started */
export async function startRun<K extends RunKind>(
  client: Client,
  taskQueue: string,
  kind: K,
  input: RunInputs[K],
  id: string = `${kind}-${randomUUID().slice(0, 8)}`,
): Promise<Started> {
  checkInput(client, kind, input);
  try {
    await client.workflow.start(runKinds[kind], {
      ...startOptions(taskQueue, kind, input, id),
      workflowIdConflictPolicy: 'FAIL',
    });
    return { runId: id, created: true };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { runId: id, created: false };
    throw error;
  }
}

/** One call to the server for the start and the first progress (Temporal's update-with-start). @throws as {@link startRun} does */
export async function startAndSee<K extends RunKind>(
  client: Client,
  taskQueue: string,
  kind: K,
  input: RunInputs[K],
  id: string = `${kind}-${randomUUID().slice(0, 8)}`,
): Promise<{ runId: string; progress: Progress[] }> {
  checkInput(client, kind, input);
  const startWorkflowOperation = new WithStartWorkflowOperation(runKinds[kind], {
    ...startOptions(taskQueue, kind, input, id),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  // Its handle is not needed, but its failure would be unhandled: the update below tells it too.
  startWorkflowOperation.workflowHandle().catch(() => {});
  const progress = await client.workflow.executeUpdateWithStart<Workflow, Progress[], []>('look', {
    startWorkflowOperation,
  });
  return { runId: id, progress };
}

function startOptions<K extends RunKind>(taskQueue: string, kind: K, input: RunInputs[K], workflowId: string) {
  return {
    taskQueue,
    workflowId,
    args: [input],
    priority: priorityOf(input.options ?? {}, workflowId),
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowTaskTimeout: isQuick(kind, input) ? '1s' : '5s',
    staticSummary: summaryOf(kind, input).slice(0, 200),
  } as const;
}

/** A map run never sees its tasks, so its workflow tasks are as short as those of a few. */
function isQuick<K extends RunKind>(kind: K, input: RunInputs[K]): boolean {
  return kind === 'map' || ('tasks' in input && input.tasks.length <= fewTasks);
}

function checkInput<K extends RunKind>(client: Client, kind: K, input: RunInputs[K]): void {
  const atMost = client.options.loadedDataConverter.externalStorage ? maxStoredBytes : maxInputBytes;
  const bytes = Buffer.byteLength(serialize(input));
  if (bytes > atMost) {
    throw new FanfoldError(
      'InvalidInput',
      `The input has ${bytes} bytes; at most ${atMost} fit into a run. Pass references, or split it`,
      'input',
    );
  }
  try {
    const { options = {} }: Pick<RunContext, 'options'> = input;
    checkOwn(input);
    checkCount('attempts', options.attempts, 1);
    checkPriority(options);
    plan(gatherOptions(options), countOf(input) ?? Number.MAX_SAFE_INTEGER, 500);
  } catch (error) {
    if (error instanceof InvalidOptionsError) throw new FanfoldError('InvalidOptionsError', error.message, error.field);
    throw error;
  }
  if ('question' in input && input.question.trim() === '')
    throw new FanfoldError('InvalidInput', 'The question is empty', 'question');
  if (kind === 'review') checkReview(input);
}

/** What only one kind of run takes. @throws {InvalidOptionsError} naming the field */
function checkOwn(input: RunInputs[RunKind]): void {
  if ('customer' in input) checkSupport(input);
  if ('ledger' in input) checkReconcile(input);
  if ('question' in input) checkDepth(input);
}

/** Undefined where only the run finds out. @throws {InvalidOptionsError} where two tasks share an id */
function countOf(input: RunInputs[RunKind]): number | undefined {
  if ('tasks' in input) return taskIds(input.tasks, (task) => task.id).length;
  if (!('source' in input)) return undefined;
  const { source } = input;
  return source.kind === 'list' ? source.items.length : source.kind === 'range' ? source.count : undefined;
}

function serialize(input: unknown): string {
  try {
    return JSON.stringify(input);
  } catch (error) {
    throw new FanfoldError(
      'InvalidInput',
      `The input cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`,
      'input',
    );
  }
}

function summaryOf<K extends RunKind>(kind: K, input: RunInputs[K]): string {
  if ('ledger' in input)
    return `${kind}: ${input.ledger.name} and ${input.statements.map(({ name }) => name).join(', ')}`;
  if ('customer' in input) return `${kind}: customer ${input.customer}`;
  if ('question' in input) return `${kind}: ${input.question}`;
  if ('source' in input) return `${kind}: ${input.activity} over a ${input.source.kind}`;
  return 'tasks' in input ? `${kind}: ${input.tasks.length}` : reviewSummary(input);
}
