/**
 * The host of a workflow: scopes cancel activities, timers are durable, errors fail the workflow.
 * The surprising rule: timers and turns run uncancellable, since a cancelled block must still bound its clean-up.
 */
import { CancellationScope, ContinueAsNew, TemporalFailure, patched, sleep } from '@temporalio/workflow';
import type { Host, Scope } from '../core/host.ts';
import { causesOf, isA } from '../core/thrown.ts';
import { own } from './current-task.ts';
import { activationEnds, landed } from './late-results.ts';
import { enter } from './live-control.ts';
import { assertSandbox } from './sandbox.ts';
import { byteLength, fail } from './outcome.ts';
import { TaskScope } from './task-scope.ts';
import { timeout } from './timeouts.ts';
import { timer } from './timer.ts';

/** Tasks in flight that one workflow takes; Temporal advises at most 500 and refuses 2,000. */
const maxConcurrency = 500;
/** Bytes of new commands that a workflow task takes; above 4 MB the server terminates the run. */
const maxBytes = 1_000_000;

/**
 * The host of the verbs in a workflow.
 *
 * @example const { mergedResults } = await groupFanIn(workflowHost, files, (file) => load(file), { name: 'files' });
 */
export const workflowHost: Host = {
  maxConcurrency,
  maxBytes,
  openScope(task, within): Scope {
    assertSandbox();
    const scope = TaskScope.open(within instanceof CancellationScope ? within : undefined);
    if (task) own(scope, task);
    return scope;
  },
  context(_task, _scope, listens) {
    listens();
    return [];
  },
  timer: (milliseconds, summary, fire, isOfMany) => (isOfMany ? timeout : timer)(milliseconds, summary, fire),
  turn() {
    return CancellationScope.nonCancellable(async () => {
      await activationEnds();
      const late = landed(Date.now());
      if (!late) return;
      await late;
      await activationEnds();
    });
  },
  rest: () => CancellationScope.nonCancellable(() => sleep(1, { summary: 'hand over what was launched' })),
  onCancel(listener) {
    let listening = true;
    CancellationScope.current().cancelRequested.catch(() => {
      if (listening) listener();
    });
    return () => void (listening = false);
  },
  // By this error the SDK ends a run that continues as new.
  passes: (thrown) => isA(thrown, ContinueAsNew),
  isOwnCode: (thrown) => !causesOf(thrown).some((error) => isA(error, TemporalFailure)),
  endsWithTenant: () => patched('fanfold: a spent tenant ends a fan-out'),
  byteSize: (item) => byteLength(item),
  fail,
  opened: enter,
};
