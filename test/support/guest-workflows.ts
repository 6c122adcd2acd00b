/** Workflows as a user may write them who knows nothing of fanfold's inside: code that throws oddly. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { FanIn } from '../../src/core/fan-in.ts';
import { gather } from '../../src/workflow.ts';
import { oddValues } from './odd-values.ts';

/** Each task throws what is called so, in the workflow's own code. */
export async function oddTasks(names: string[]): Promise<FanIn> {
  return gather(
    names,
    (name) => {
      // oxlint-disable-next-line typescript/only-throw-error
      throw oddValues[name]?.();
    },
    { id: String },
  );
}

/** Fails by what is called so. */
export async function oddEnd(name: string): Promise<void> {
  const thrown = oddValues[name]?.();
  const failure = ApplicationFailure.create({ message: `half \ud83d of ${name}`, type: 'Odd', nonRetryable: true });
  throw Object.assign(failure, { cause: thrown });
}
