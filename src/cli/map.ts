/** `fanfold map`: a person's own function over every line of a file; a killed command is rejoined by its id. */
import { createWriteStream, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { randomUUID } from 'node:crypto';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { readConfig } from '../config.ts';
import { given } from '../core/given.ts';
import { sayJoined } from './start.ts';
import { cleanJson } from '../core/text/controls.ts';
import type { ItemFormat, MapInput, MapOptions, MapSource, TextEncoding } from '../core/map/types.ts';
import type { Granularity } from '../core/travel/granularity.ts';
import { runPrefix } from '../store/keys.ts';
import { guessedDelimiter } from '../store/pages/split-into-pages.ts';
import type { Store } from '../store/store.ts';
import { FanfoldError } from '../errors.ts';
import { hashOf } from '../runs/content.ts';
import { programOf } from '../runs/map.ts';
import { assertContent, joined } from '../runs/join.ts';
import { askedOptions } from '../runs/start.ts';
import type { ExitCode } from './exit.ts';
import { answerRun, follow } from './follow.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';
import { writeOutput } from './output.ts';
import { LostResults } from './lost-results.ts';
import { activityOf, load, loadProgram, type LoadedProgram } from './program.ts';
import { addRunOptions, runOptions } from './run-options.ts';
import type { Session } from './session.ts';
import { ifThere } from '../runs/view.ts';

interface MapCommandOptions extends SharedOptions {
  readonly granularity?: Granularity;
  readonly idField?: string;
  readonly format?: ItemFormat;
  readonly delimiter?: string;
  readonly encoding?: TextEncoding;
  readonly output?: string;
  readonly redrive?: string;
}

const encodings: readonly TextEncoding[] = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'];

export function addMap(program: Command): void {
  const map = program
    .command('map')
    .description('run a function of your own over every line of a file, a row of CSV or JSON a line')
    .argument('<module#function>', 'an ES module and the function that it exports, such as ./score.mjs#score')
    .argument('[items]', 'a file of JSON lines or CSV, or - for stdin')
    .option('--granularity <how>', "'auto', 'task' for an activity each, or how many travel together", toGranularity)
    .option('--id-field <name>', 'the field of an item that names its task; `id`, else its line from 0')
    .option('--format <format>', '`jsonl` or `csv`, where the name of the file does not say', toFormat)
    .option(
      '--delimiter <character>',
      'between the columns of CSV, or `tab`; guessed by the header, and told',
      toDelimiter,
    )
    .addOption(new Option('--encoding <name>', 'of the file, where it is not clear').choices(encodings))
    .option('-o, --output <file>', 'write the results there, a line each, in the order of the items')
    .option('--redrive <id>', 'do again only what that run has no result of');
  addSharedOptions(addRunOptions(map)).action(action(runMap));
}

async function runMap(invocation: Invocation<MapCommandOptions>, target: string, items?: string): Promise<ExitCode> {
  const { options } = invocation;
  const loaded = await loadProgram(target);
  const policy = mapOptions(options);
  if (options.output !== undefined)
    invocation.willWrite(options.output, '--output', items === undefined ? [] : [items]);
  const session = await invocation.session();
  await session.serve(loaded);
  const id = options.id ?? `map-${randomUUID().slice(0, 8)}`;
  invocation.runId = id;
  const { client } = session;
  if (options.redrive !== undefined)
    sayJoined(invocation, await client.redrive(options.redrive, { options: policy, id }));
  else await startMap(invocation, session, loaded, items, policy, id);
  return followMap(invocation, id, options.output);
}

async function startMap(
  invocation: Invocation<MapCommandOptions>,
  { client }: Session,
  { program }: LoadedProgram,
  items: string | undefined,
  options: MapOptions,
  id: string,
): Promise<void> {
  // A run that is there has its items.
  const isThere = (await ifThere(client.get(id))) !== undefined;
  if (isThere && (items === undefined || items === '-')) return joinMap(invocation, client, id, items, options);
  if (items === undefined) throw new FanfoldError('InvalidInput', 'Name a file of items, or - for stdin', 'items');
  const prefix = runPrefix(client.temporal.options.namespace, id);
  const isCoded = client.temporal.options.loadedDataConverter.payloadCodecs.length > 0;
  const source =
    items === '-' && isCoded
      ? await storedStdin(client.store, invocation.options, prefix)
      : await sourceOf(items, invocation.options, prefix);
  if (source.kind === 'file') await reportDelimiter(invocation, source);
  const input: MapInput = { source, activity: activityOf(program), program, options };
  sayJoined(invocation, await client.start('map', input, { id }));
}

/** Stdin may be empty or a terminal this time; where it says anything, it must be what it said before. @throws {FanfoldError} of type `RunConflict` */
async function joinMap(
  invocation: Invocation,
  client: Session['client'],
  id: string,
  items: string | undefined,
  options: MapOptions,
): Promise<void> {
  const { kind } = await client.get(id);
  if (kind !== 'map') {
    const message = `The id '${id}' is that of a run of another kind (${kind}); take another id`;
    throw new FanfoldError('RunConflict', message, 'id');
  }
  const { memo } = await client.temporal.workflow.getHandle(id).describe();
  if (items !== undefined && !process.stdin.isTTY) {
    const { bytes, sha256 } = await hashOf(process.stdin);
    assertContent(id, memo, bytes === 0 ? undefined : sha256);
  }
  sayJoined(invocation, joined(id, memo, askedOptions(options)));
}

/** Follows a map run to its end and writes its results. */
export async function followMap(invocation: Invocation, runId: string, output?: string): Promise<ExitCode> {
  invocation.runId = runId;
  const view = await follow(invocation, runId);
  const { client } = await invocation.session();
  const lost = new LostResults(output === undefined ? view.fanIn?.results : []);
  if (output !== undefined)
    await invocation.interruptible(writeOutput(output, linesOf(lost.among(client.results(runId)))));
  await answerRun(invocation, view);
  return lost.codeOf(invocation, view, output);
}

/** Serves the function of a map run that a command started, where this machine has it. */
export async function serveRun(session: Session, runId: string): Promise<void> {
  const program = await programOf(session.client, runId);
  if (program) await session.serve(await load(program));
}

async function* linesOf(results: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const result of results) yield `${cleanJson(result)}\n`;
}

/** What is guessed of a file is said, since a wrong guess would be seen only in its tasks. */
async function reportDelimiter(invocation: Invocation<MapCommandOptions>, source: FileSource): Promise<void> {
  if (source.format !== 'csv' || source.delimiter !== undefined) return;
  const delimiter = await guessedDelimiter(source.path, source.encoding).catch(() => undefined);
  if (delimiter === undefined || delimiter === ',') return;
  invocation.say(
    `The columns are parted by ${JSON.stringify(delimiter)}, as its header suggests; --delimiter says otherwise`,
  );
}

type FileSource = Extract<MapSource, { kind: 'file' }>;
type StoredSource = Extract<MapSource, { kind: 'stored' }>;

/** Nothing of it may lie in clear where payloads do not, so it goes through the codecs as one object. */
async function storedStdin(store: Store, options: MapCommandOptions, prefix: string): Promise<StoredSource> {
  const { format = 'jsonl', delimiter, encoding } = options;
  const key = `${prefix}stdin`;
  await store.put(key, await buffer(process.stdin));
  return { kind: 'stored', key, format, ...given({ delimiter, encoding }) };
}

/** Stdin is kept in a file, so that a command that is killed can be rejoined. */
async function sourceOf(items: string, options: MapCommandOptions, prefix: string): Promise<FileSource> {
  const { format, delimiter, encoding } = options;
  const written = given({ delimiter, encoding });
  if (items === '-') {
    const path = join(readConfig().home, 'stdin', ...prefix.split('/').filter(Boolean), 'items');
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 })).catch(async (error: unknown) => {
      await rm(path, { force: true });
      throw error;
    });
    return { kind: 'file', path, format: format ?? 'jsonl', ...written };
  }
  const path = resolve(items);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new FanfoldError('InvalidInput', `${items} cannot be read: there is no such file`, 'items');
  return { kind: 'file', path, format: format ?? formatOf(path), ...written };
}

function formatOf(path: string): ItemFormat {
  return ['.csv', '.tsv', '.tab'].includes(extname(path).toLowerCase()) ? 'csv' : 'jsonl';
}

function mapOptions(options: MapCommandOptions): MapOptions {
  const { granularity, idField } = options;
  return {
    ...runOptions(options),
    ...given({ granularity, idField }),
  };
}

function toGranularity(text: string): Granularity {
  if (text === 'auto' || text === 'task') return text;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1 && number <= 10_000) return number;
  throw new InvalidArgumentError("It must be 'auto', 'task' or a number of tasks from 1 to 10000.");
}

function toFormat(text: string): ItemFormat {
  if (text === 'jsonl' || text === 'csv') return text;
  throw new InvalidArgumentError("It must be 'jsonl' or 'csv'.");
}

function toDelimiter(text: string): string {
  if (text === 'tab' || text === '\\t') return '\t';
  if (/^[\t -!#-~]$/.test(text)) return text;
  throw new InvalidArgumentError('It must be one character of ASCII and no quote, or `tab`.');
}
