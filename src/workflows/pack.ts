/**
 * Tasks by packs: the fan-out still sees every task, and what it starts in one turn travels in one activity.
 * The surprising rule: a pack settles itself at the deadline, so the fan-out's own comes a little later.
 */
import { ActivityFailure, TimeoutFailure } from '@temporalio/common';
import type { Host, Scope, TaskInfo } from '../core/host.ts';
import type { PackInput, PackOutput, PackTask } from '../core/pack.ts';
import { Reported } from '../core/slots.ts';
import type { TaskResult } from '../core/task.ts';
import { fanOut } from '../core/verbs.ts';
import { proxyActivities } from './activity.ts';
import { workflowHost } from './host.ts';

/** How long after the deadline a pack's own report is waited for. */
export const reportMs = 250;

/** Tasks inside a pack are cancelled with it, so they need no scope of their own. */
const shared: Scope = { run: (work) => work(), cancel() {} };

/** Tells each task who it is, since a pack reports by id. */
const packHost: Host<[TaskInfo]> = {
  ...workflowHost,
  maxConcurrency: 1_000_000,
  openScope: (task) => (task ? shared : workflowHost.openScope()),
  context(task, _scope, listens) {
    listens();
    return [task];
  },
};

/** The verbs for tasks that go to a {@link Packer}. */
export const { gather: gatherPacks } = fanOut(packHost);

export interface PackerOptions extends Omit<PackInput, 'tasks'> {
  readonly size: number;
}

interface Waiting {
  readonly task: PackTask;
  settle(result: Reported): void;
  fail(error: unknown): void;
}

/** Collects what is started in one turn and sends it by packs. */
export class Packer {
  readonly #options: PackerOptions;
  readonly #activities = proxyActivities<{ runPack(input: PackInput): Promise<PackOutput> }>({
    startToCloseTimeout: '1 hour',
    retry: { maximumAttempts: 10 },
  });
  #waiting: Waiting[] = [];
  #packs = 0;

  constructor(options: PackerOptions) {
    this.#options = options;
  }

  /** Resolves with a {@link Reported}, which the fan-out takes for the task's own result. */
  run(task: PackTask): Promise<Reported> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ task, settle, fail });
      if (this.#waiting.length === 1) void Promise.resolve().then(() => this.#flush());
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const { size } = this.#options;
    for (let start = 0; start < waiting.length; start += size) void this.#send(waiting.slice(start, start + size));
  }

  async #send(waiting: readonly Waiting[]): Promise<void> {
    const { size: _size, ...rule } = this.#options;
    const activityId = `pack-${++this.#packs}`;
    const summary = `${rule.activity}: ${waiting.length} tasks`;
    try {
      const { executeWithOptions } = this.#activities.runPack;
      const results = await executeWithOptions({ activityId, summary }, [{ ...rule, tasks: waiting.map(({ task }) => task) }]);
      hand(waiting, results, new Error('The pack did not report the task'));
    } catch (error) {
      hand(waiting, lastReported(error), error);
    }
  }
}

function hand(waiting: readonly Waiting[], results: readonly TaskResult[], otherwise: unknown): void {
  const byId = new Map(results.map((result) => [result.id, result]));
  for (const { task, settle, fail } of waiting) {
    const result = byId.get(task.id);
    if (result) settle(new Reported(result));
    else fail(otherwise);
  }
}

/** What a pack that died for good had told in its last heartbeat. */
function lastReported(error: unknown): TaskResult[] {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const details: unknown = cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : undefined;
  return Array.isArray(details) ? (details as TaskResult[]) : [];
}

/** Whether a task was cut by the pack's own deadline. */
export function cutByDeadline(result: TaskResult): boolean {
  return !result.success && result.error.name === 'DeadlineExceededError';
}
