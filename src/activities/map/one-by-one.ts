/**
 * What a branch needs of a worker, where each task is an activity of its own: its page's tasks, each task, and the page's results.
 * A result that is more than a few lines goes to the store at once, so that no history grows with it.
 */
import { Context } from '@temporalio/activity';
import type {
  BranchResult,
  BranchTask,
  RunItemInput,
  RunItemOutput,
  UnitInput,
  UnitReport,
} from '../../core/map/types.ts';
import { readTable } from '../../store/pages/table.ts';
import { valueKey } from '../../store/pages/keys.ts';
import {
  DamagedPageError,
  isOpenLine,
  lostResult,
  readResults,
  writtenPages,
  type ResultLine,
} from '../../store/pages/results.ts';
import { readSealedJson, sealed } from '../../store/pages/sealed.ts';
import type { Store } from '../../store/store.ts';
import { activityNamed } from '../activity-named.ts';
import type { FindActivity } from '../find-activity.ts';
import { asJson } from '../travel/result.ts';
import { assertStore } from './own-store.ts';
import { whole } from './plan-part.ts';
import { UnitPages } from './unit.ts';

/** Of a result in history; five hundred of them fit into one message. */
const maxInlineCharacters = 2000;

export async function openPage(store: Store, input: UnitInput): Promise<BranchTask[]> {
  const pages = await pagesOf(store, input, new Map());
  const places = (await pages.load()) ?? [];
  return places.map(({ at, item: { id, input: given } }) => ({ at, id, input: given }));
}

/** Runs one task as the activity that it is, and keeps a large result out of history. */
export async function runItem(
  store: Store,
  find: FindActivity,
  { activity: name, input, key }: RunItemInput,
): Promise<RunItemOutput> {
  const value: unknown = await activityNamed(find, name)(input);
  const text = asJson(value);
  if (text.length <= maxInlineCharacters) return { value };
  const { bytes, hash } = sealed(text);
  // A backup of the task, or an attempt that is late, has another name unless it says the same.
  const stored = `${valueKey(key.folder, key.part, key.page, key.at)}.${hash}`;
  await store.put(stored, bytes);
  return { stored };
}

/** May run twice: what it has written and taken from the store the first time is then taken from the page. */
export async function closePage(store: Store, input: UnitInput, results: readonly BranchResult[]): Promise<UnitReport> {
  const lines = new Map<number, string>();
  let before: readonly ResultLine[] | undefined;
  for (const { at, result, stored } of results) {
    if (stored === undefined) {
      lines.set(at, JSON.stringify(result));
      continue;
    }
    const found = await readSealedJson(store, stored, /\.([\da-f]{16})$/.exec(stored)?.[1]);
    if (found && found !== 'damaged') {
      lines.set(at, JSON.stringify({ ...result, result: found.value }));
      continue;
    }
    before ??= await writtenBefore(store, input);
    const line = before[at];
    if (!line || isOpenLine(line))
      lines.set(at, JSON.stringify(lostResult(result.id, 'it is missing from the store or damaged')));
  }
  const pages = await pagesOf(store, { ...input, again: true, seal: true }, new Map([[input.from, lines]]));
  while (await pages.load());
  await pages.close([]);
  for (const { stored } of results) if (stored !== undefined) await store.delete(stored);
  return pages.report;
}

/** What the page has, where it was written and is whole. */
async function writtenBefore(store: Store, { folder, part, from: page }: UnitInput): Promise<readonly ResultLine[]> {
  try {
    const names = await writtenPages(store, folder, part, page, page + 1);
    return (await readResults(store, { folder, part, page }, names.get(page))) ?? [];
  } catch (error) {
    if (error instanceof DamagedPageError) return [];
    throw error;
  }
}

async function pagesOf(
  store: Store,
  input: UnitInput,
  recovered: ReadonlyMap<number, ReadonlyMap<number, string>>,
): Promise<UnitPages> {
  await assertStore(store, input.store, 'The run has its pages');
  const table = await whole(readTable(store, input.folder, input.part));
  const { attempt } = Context.current().info;
  const again = input.again === true || attempt > 1;
  return new UnitPages({
    store,
    input,
    attempt,
    table,
    again,
    recovered,
    finished: ignore,
    writing: ignore,
    written: ignore,
  });
}

const ignore = (): void => {};
