/** What may be seen of a run besides its outcome: what its workflow answers, or its answer in a form of its kind. */
import { FanfoldError } from '../errors.ts';
import { packageFacts } from '../packages/files.ts';
import { readInput } from './input.ts';
import type { Form } from './kind.ts';
import { own, whereAnswered } from './live-names.ts';
import type { RunSource } from './run-source.ts';
import type { RunView } from './run-view.ts';
import { askingOpen } from './update.ts';
import { describeRun } from './view.ts';

interface Seer extends RunSource {
  get(runId: string): Promise<RunView>;
}

/** @throws {FanfoldError} of type `InvalidInput` where the run's kind has nothing of that name */
export async function see(client: Seer, runId: string, name: string): Promise<unknown> {
  const { kind } = await describeRun(client, runId);
  const { sights, forms } = client.kinds.find(kind) ?? {};
  const sight = own(sights, name);
  if (sight) {
    const handle = client.temporal.workflow.getHandle(runId);
    return askingOpen(client, runId, () => whereAnswered(handle.query(sight.query)));
  }
  const form = own(forms, name);
  if (form) return written(client, runId, form);
  throw new FanfoldError('InvalidInput', `A run of kind '${kind}' has no '${name}' to see`, 'name');
}

async function written(client: Seer, runId: string, form: Form): Promise<string | undefined> {
  const { answer } = await client.get(runId);
  if (answer === undefined) return undefined;
  return form.write(answer, { input: await readInput(client.temporal, runId), version: packageFacts().version });
}
