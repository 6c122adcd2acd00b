/** The recorder of the worker that an activity runs on, and for whom it runs: who counts tokens or asks for some finds both. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ApplicationFailure, asyncLocalStorage, Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { kindOfWorkflow } from '../../core/kind-of-workflow.ts';
import { tenantBudgetSpent } from '../../core/budget.ts';
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
  /** Its activity may still run, as a pack does that was asked for in a workflow's task. */
  isOver: boolean;
}

const current = new AsyncLocalStorage<Attempt>();

/** Writes down what an attempt has counted before it ends. */
export function costed(recorder: CostRecorder): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const attempt: Attempt = { recorder, counting: [], hasCounted: false, isOver: false };
      try {
        return await current.run(attempt, () => next(input));
      } finally {
        await Promise.all(attempt.counting);
        attempt.isOver = true;
        if (attempt.hasCounted) await recorder.written();
      }
    },
  };
}

/** Calls `use` with whose the activity is that runs here: at once, or before the attempt ends. Nothing outside of an activity. */
export function withPayer(use: (payer: Payer) => void): void {
  if (!asyncLocalStorage.getStore()) return;
  const context = Context.current();
  const { info } = context;
  const attempt = current.getStore();
  const own = info.priority?.fairnessKey;
  // One without a workflow is nobody's.
  if (own || !attempt || !info.workflowExecution) return use(payerOf(info, own));
  const counting = keyOfWorkflow(context).then(
    (key) => use(payerOf(info, key)),
    (error: unknown) => {
      const payer = payerOf(info, undefined);
      attempt.recorder.withoutTenant(payer.run, error);
      use(payer);
    },
  );
  attempt.counting.push(counting);
}

function payerOf({ workflowExecution, workflowType = '' }: Context['info'], key: string | undefined): Payer {
  const { workflowId = '' } = workflowExecution ?? {};
  const tenant = tenantOfKey(key);
  // The workflow of a page is a child of its map run.
  if (workflowType === 'mapBranch') return { run: workflowId.replace(/\/\d+$/, ''), kind: 'map', tenant };
  return { run: workflowId, kind: kindOfWorkflow(workflowType), tenant };
}

/**
 * Of the workflow itself, asked once, and again only after a while where the server does not say: no key comes with an
 * activity in the workflow's own task, nor with one that the server gave out in its answer to that task.
 *
 * @throws where the server does not say
 */
function keyOfWorkflow({ info: { workflowExecution }, client }: Context): Promise<string> {
  const { workflowId = '', runId = '' } = workflowExecution ?? {};
  const known = keys.get(runId);
  if (known) return known;
  const key = describeExecution(client, workflowId, runId).then((described) => {
    if (!described) throw new Error('the server has no such run any more');
    return described.raw.workflowExecutionInfo?.priority?.fairnessKey ?? '';
  });
  if (keys.size >= mostKeys) keys.clear();
  keys.set(runId, key);
  const forget = (): void => void (keys.get(runId) === key && keys.delete(runId));
  key.catch(() => setTimeout(forget, unansweredMs).unref());
  return key;
}

/** Those of workflows that were asked for. */
const keys = new Map<string, Promise<string>>();
const mostKeys = 1000;
/** Less than until an attempt that may not spend without the answer is tried again. */
const unansweredMs = 2000;

/** Names are keys of tables, and PostgreSQL refuses a key of more than 2,704 bytes. */
const mostOfName = 200;

/** Counts one answer of a model to whoever the activity is for; nothing where no worker of fanfold runs it. */
export function countUse(of: CostOf, use: ModelUse): void {
  const attempt = current.getStore();
  if (!attempt) return;
  attempt.hasCounted = true;
  const { task, kind, model } = of;
  const cut = { task: task.slice(0, mostOfName), kind: kind.slice(0, mostOfName), model: model.slice(0, mostOfName) };
  attempt.recorder.count({ ...of, ...cut }, use);
  if (attempt.isOver) void attempt.recorder.written();
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
      // A database that is away is so for longer than the first retries take.
      nextRetryDelay: '5s',
      ...(cause instanceof Error ? { cause } : {}),
    });
  });
  if (spent !== undefined) throw ApplicationFailure.nonRetryable(spent, tenantBudgetSpent);
}

async function spentBy(recorder: CostRecorder, context: Context): Promise<string | undefined> {
  const { priority, workflowExecution } = context.info;
  const ofWorkflow = async (): Promise<string> => (workflowExecution ? keyOfWorkflow(context) : '');
  return recorder.spent(tenantOfKey(priority?.fairnessKey || (await ofWorkflow())));
}
