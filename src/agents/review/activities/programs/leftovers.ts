/** What a program writes into a project though it was only asked to look: it is taken away again. */
import { access, rm } from 'node:fs/promises';
import { unlessMissing } from '../../../../activities/index.ts';

/** How many runs are open that may write a file which was not there. */
const open = new Map<string, number>();

/** Of these files the ones that are not there; also those that a run beside this one may just have written. */
export async function absentOf(paths: readonly string[]): Promise<string[]> {
  const absent: string[] = [];
  for (const path of paths) {
    const isThere = (await unlessMissing(access(path).then(() => true))) ?? false;
    if (!isThere || open.has(path)) absent.push(path);
  }
  for (const path of absent) open.set(path, (open.get(path) ?? 0) + 1);
  return absent;
}

/** Takes away what {@link absentOf} has named, once no other run needs it. */
export async function takeAway(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const others = (open.get(path) ?? 1) - 1;
    if (others > 0) {
      open.set(path, others);
      continue;
    }
    open.delete(path);
    await rm(path, { force: true });
  }
}
