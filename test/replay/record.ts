/**
 * Records the histories of a release: `FANFOLD_RECORD=1 npx vitest run --project temporal test/replay/record`.
 * It writes only what is not there, since a released history is never recorded again to make a test pass.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowHandle } from '@temporalio/client';

/** Saves the history of a run under a name, unless the name is taken. */
export async function record(name: string, handle: WorkflowHandle): Promise<void> {
  const file = fileURLToPath(new URL(`./histories/${name}.json`, import.meta.url));
  await handle.result().catch(() => undefined);
  if (existsSync(file)) return;
  await writeFile(file, `${anonymous(historyToJSON(await handle.fetchHistory()))}\n`);
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Neither the machine's name nor its folders belong into the repository. */
function anonymous(history: string): string {
  const text = history.replaceAll(root, '/fanfold/').replaceAll(/"\d+@[^"]+"/g, '"worker"');
  return JSON.stringify(JSON.parse(text), null, 1);
}
