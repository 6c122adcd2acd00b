/** The command that shows what the store holds, and the one that removes what no run refers to any more. */
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { oneLine } from '../core/text/controls.ts';
import type { Cleaned } from '../store/clean.ts';
import { milliseconds, type Duration } from '../core/duration.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';
import { tableText, terminalWidth } from './table.ts';

interface CleanOptions extends SharedOptions {
  readonly olderThan: string;
  readonly dryRun?: true;
  readonly force?: true;
}

export function addStore(program: Command): void {
  // What follows the name of an inner command is its own, so that both may have the shared options.
  program.enablePositionalOptions();
  const store = program
    .command('store')
    .description('what the store holds (FANFOLD_STORE), by kind')
    .enablePositionalOptions();
  addSharedOptions(store).action(action(showStore));
  const clean = store
    .command('clean')
    .description('delete what no run refers to any more: of runs that the Temporal server has forgotten')
    .option('--older-than <duration>', 'keep what was written later, at least that of the last 5 minutes', '1d')
    .option('--dry-run', 'only tell what would be deleted')
    .option('--force', 'also where the server knows no run of the store at all');
  addSharedOptions(clean).action(action(cleanUp));
}

async function showStore(invocation: Invocation): Promise<void> {
  const [{ measureStore }, { openStore }] = await Promise.all([
    import('../store/clean.ts'),
    import('../store/open.ts'),
  ]);
  const usage = await measureStore(openStore(readConfig().home));
  await invocation.answer(usage, () => {
    const rows = usage.map(({ kind, objects, bytes, meaning }) => [kind, `${objects}`, size(bytes), meaning]);
    const head = ['kind', 'objects', 'size', ''];
    return tableText({ head, rows, colAligns: ['left', 'right', 'right', 'left'] }, terminalWidth());
  });
}

async function cleanUp(invocation: Invocation<CleanOptions>): Promise<void> {
  const { olderThan, dryRun = false, force = false } = invocation.options;
  const olderThanMs = milliseconds(olderThan as Duration, 'olderThan');
  const [{ client }, { cleanStore }] = await Promise.all([invocation.session(), import('../store/clean.ts')]);
  const cleaned = await cleanStore(client.store, client.temporal, { olderThanMs, dryRun, force });
  await invocation.answer(cleaned, () => cleanedText(cleaned));
}

export function cleanedText(cleaned: Cleaned): string {
  const { dryRun, runs, objects, bytes, kept } = cleaned;
  const done = dryRun ? 'Would delete' : 'Deleted';
  const line = `${done} ${objects} objects (${size(bytes)}) of ${runs} runs that are gone; ${kept} are kept`;
  return [line, ...leftText(cleaned)].join('\n');
}

/** Named of those that cannot be read: one may be a codec that this process was not given, and then there are many. */
const mostNamed = 10;

function leftText({ left }: Cleaned): string[] {
  if (!left) return [];
  const { runs, objects, bytes, unreadable } = left;
  const others = unreadable.length - mostNamed;
  return [
    `Left ${objects} objects (${size(bytes)}) of ${runs} runs that are gone: what cannot be read may refer to them. Give this process the payload codecs of:`,
    ...unreadable.slice(0, mostNamed).map(({ of, problem }) => `  ${oneLine(of, 250)}: ${problem}`),
    ...(others > 0 ? [`  and ${others} more`] : []),
  ];
}

function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes || 1) / 3)));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
