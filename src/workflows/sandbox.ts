/** That the code runs where it is meant to: in a workflow, and in that of the copy of the SDK that it was written for. */
import { CancellationScope, inWorkflowContext } from '@temporalio/workflow';

/** @throws {TypeError} outside a workflow, or in a bundle that has two copies of the SDK */
export function assertSandbox(): void {
  if (!inWorkflowContext()) throw new TypeError("Outside a workflow import the verbs from 'fanfold'");
  if (CancellationScope.current() instanceof CancellationScope) return;
  throw new TypeError(
    "The workflow bundle has two copies of @temporalio/workflow, your project's and fanfold's: give all @temporalio packages one version, 1.21.0 or newer, and run `npm dedupe`",
  );
}
