/** Whose code is running: each task of a fan-out has a scope of its own, and what it calls runs inside. */
import { CancellationScope } from '@temporalio/workflow';
import type { TaskInfo } from '../core/host.ts';

const owners = new WeakMap<CancellationScope, TaskInfo>();

/** Says whose code runs in the scope. */
export function own(scope: CancellationScope, task: TaskInfo): void {
  owners.set(scope, task);
}

/** The task whose code is running, found through the scopes around it. */
export function currentTask(): TaskInfo | undefined {
  for (let scope: CancellationScope | undefined = CancellationScope.current(); scope; scope = scope.parent) {
    const task = owners.get(scope);
    if (task) return task;
  }
  return undefined;
}

/** When nobody waits any more for what the current task does; asked again, as deadlines move. */
export function endOfTask(): () => number | undefined {
  const ends: (() => number | undefined)[] = [];
  for (let scope: CancellationScope | undefined = CancellationScope.current(); scope; scope = scope.parent) {
    const endsAt = owners.get(scope)?.endsAt;
    if (endsAt) ends.push(endsAt);
  }
  return () => {
    const end = Math.min(...ends.map((each) => each() ?? Infinity));
    return end === Infinity ? undefined : end;
  };
}
