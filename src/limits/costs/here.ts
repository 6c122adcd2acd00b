/** The recorder of the worker that an activity runs on, and for whom it runs: who counts tokens or asks for some finds both. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ApplicationFailure, asyncLocalStorage, Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { tenantBudgetSpent } from '../../core/budget.ts';
import { kindOfWorkflow } from '../../core/kind-of-workflow.ts';
import { tenantOfKey } from '../../core/tenant.ts';
import type { ModelUse } from '../learned/tenant-budget.ts';
import { describeExecution } from '../../store/executions.ts';
import type { CostRecorder } from './recorder.ts';
import type { CostOf } from './table.ts';

/** Whose an activity is. */
export interface Payer {
  readonly run: string;
  readonly kind: string;
  readonly tenant: string | undefined;
}

interface Attempt {
  readonly recorder: CostRecorder;
  /** What is counted once it is known whose it is. */
  readonly counting: Promise<void>[];
  hasCounted: boolean;
}

const current = new AsyncLocalStorage<Attempt>();

/** Writes down what an attempt has counted before it ends. */
export function costed(recorder: CostRecorder): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const attempt: Attempt = { recorder, counting: [], hasCounted: false };
      try {
        return await current.run(attempt, () => next(input));
      } finally {
        await Promise.all(attempt.counting);
        if (attempt.hasCounted) await recorder.written();
      }
    },
  };
}

/** Calls `use` with whose the activity is that runs here: at once, or before the attempt ends. Nothing outside of an activity. */
export function withPayer(use: (payer: Payer) => void): void {
  if (!asyncLocalStorage.getStore()) return;
  const context = Context.current();
  if (!context.info.isLocal) return use(payerOf(context.info, context.info.priority?.fairnessKey));
  const counting = keyOfLocal(context).then(
    (key) => use(payerOf(context.info, key)),
    () => use(payerOf(context.info, undefined)),
  );
  current.getStore()?.counting.push(counting);
}

function payerOf({ workflowExecution, workflowType = '' }: Context['info'], key: string | undefined): Payer {
  const { workflowId = '' } = workflowExecution ?? {};
  const tenant = tenantOfKey(key);
  // The workflow of a page is a child of its map run.
  if (workflowType === 'mapBranch') return { run: workflowId.replace(/\/\d+$/, ''), kind: 'map', tenant };
  return { run: workflowId, kind: kindOfWorkflow(workflowType), tenant };
}

/** Of the workflow itself: what runs in its own task is given no key. @throws where the server does not say */
async function keyOfLocal({ info: { workflowExecution }, client }: Context): Promise<string | undefined> {
  if (!workflowExecution) return undefined;
  const { workflowId, runId } = workflowExecution;
  const known = keys.get(runId);
  if (known !== undefined) return known;
  const { raw } = (await describeExecution(client, workflowId, runId)) ?? {};
  const key = raw?.workflowExecutionInfo?.priority?.fairnessKey ?? '';
  if (keys.size >= mostKeys) keys.clear();
  keys.set(runId, key);
  return key;
}

/** Those of workflows that were asked for. */
const keys = new Map<string, string>();
const mostKeys = 1000;

/** Counts one answer of a model to whoever the activity is for; nothing where no worker of fanfold runs it. */
export function countUse(of: CostOf, use: ModelUse): void {
  const attempt = current.getStore();
  if (!attempt) return;
  attempt.hasCounted = true;
  attempt.recorder.count({ ...of, model: of.model.slice(0, 200) }, use);
}

/**
 * To be called before anything is spent.
 *
 * @throws {ApplicationFailure} of type `TenantBudgetSpent`, final, or `BudgetUnreadable`, to be tried again
 */
export async function assertAffordable(): Promise<void> {
  const recorder = current.getStore()?.recorder;
  if (!recorder?.hasBudgets || !asyncLocalStorage.getStore()) return;
  const context = Context.current();
  const spent = await spentBy(recorder, context).catch((cause: unknown) => {
    const message = 'How much the tenant of this run has spent cannot be read, so nothing more is';
    throw ApplicationFailure.create({
      message,
      type: 'BudgetUnreadable',
      ...(cause instanceof Error ? { cause } : {}),
    });
  });
  if (spent !== undefined) throw ApplicationFailure.nonRetryable(spent, tenantBudgetSpent);
}

async function spentBy(recorder: CostRecorder, context: Context): Promise<string | undefined> {
  const { isLocal, priority } = context.info;
  return recorder.spent(tenantOfKey(isLocal ? await keyOfLocal(context) : priority?.fairnessKey));
}
