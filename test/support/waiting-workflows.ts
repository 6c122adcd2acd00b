/** Workflows that wait for persons. */
import { defineSignal, setHandler } from '@temporalio/workflow';
import { waitForPerson } from '../../src/workflow.ts';

/** Waits for two side by side, each of whom says that it was them by a signal. */
export async function twoPersons(): Promise<boolean[]> {
  const said = new Set<string>();
  setHandler(defineSignal<[string]>('said'), (name) => void said.add(name));
  return Promise.all(['Ada', 'Bo'].map((name) => waitForPerson(() => said.has(name), 60_000, `waits for ${name}`)));
}
