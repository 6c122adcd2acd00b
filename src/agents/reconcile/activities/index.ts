/**
 * Reconciliation as activities: read a file, compare a partition, write the report.
 * Lines go from one to the next through the store, so a message never has more than their place.
 */
import {
  codedByWorker,
  currentSignal,
  moduleBeside,
  runApart,
  type ApartOptions,
  type Part,
} from '../../../activities/index.ts';
import { given } from '../../../index.ts';
import { openStore, type Store } from '../../../store/index.ts';
import type { MatchRule } from '../pure/lines.ts';
import {
  inputKey,
  type Chunk,
  type FileRead,
  type MatchesElsewhere,
  type Partition,
  type PartitionCompared,
  type ReportMade,
  type Role,
  type SourceFile,
  type Stored,
} from '../pure/types.ts';
import type { bearingPart, compareLines, PartitionToCompare } from './compare.ts';
import { getBytes, putBytes, sha256 } from './objects.ts';
import type { parseFinancialFile } from './parse.ts';
import { isSliceable, readSlices, sliceSizes, wholeOf, type SliceSizes } from './pieces.ts';
import { unreadable } from './problem.ts';
import type { writeReport } from './report.ts';

export interface ReadFileInput {
  readonly file: SourceFile;
  readonly role: Role;
}

export interface ComparePartitionInput {
  readonly partition: Partition;
  readonly rule: MatchRule;
  /** In the first round that alone is settled in which no other month can have a part. */
  readonly round: 'month' | 'rest';
}

export interface MakeReportInput {
  readonly files: readonly FileRead[];
  readonly accounts: Readonly<Record<string, string>>;
  readonly rule: MatchRule;
  readonly compared: readonly PartitionCompared[];
}

/** A text that a JavaScript engine still holds, with room for what is made of it. */
const maxFileBytes = 256 * 1024 * 1024;

export function createReconcileActivities({ home, coded = codedByWorker, sizes = usualSizes }: ReconcilePartOptions) {
  const store = coded(openStore(home));
  return {
    /** The lines of one file by account, currency and month, put into the store. */
    readFinancialFile: (input: ReadFileInput): Promise<FileRead> => readFile(store, input, sizes),
    /** What the ledger and the statements have in common in one partition. */
    comparePartition: (input: ComparePartitionInput): Promise<PartitionCompared> => compare(store, input, sizes),
    /** The report of all partitions, whole in the store and as far as it fits in the answer. */
    makeReconciliationReport: (input: MakeReportInput): Promise<ReportMade> => makeReport(store, input, sizes),
  };
}

async function readFile(store: Store, input: ReadFileInput, { slices }: Sizes): Promise<FileRead> {
  const { file, role } = input;
  if (!('pieces' in file)) return readWhole(store, input, await bytesOf(store, file));
  const inPieces = { ...file, role };
  if (await isSliceable(store, inPieces)) return readSlices(store, inPieces, slices);
  return readWhole(store, input, await wholeOf(store, inPieces, maxFileBytes));
}

async function readWhole(store: Store, { file, role }: ReadFileInput, bytes: Uint8Array): Promise<FileRead> {
  if (bytes.length > maxFileBytes)
    throw unreadable(
      file.name,
      `it has ${bytes.length} bytes; at most ${maxFileBytes} are read, so split it by months`,
    );
  const parsed = await runApart<typeof parseFinancialFile>(
    parser,
    { bytes, name: file.name, role, ...given({ csv: file.csv }) },
    within(file.name, bytes.length),
  );
  const { groups, format, lines, balances, notes } = parsed;
  const chunks: Chunk[] = [];
  for (const { body, ...group } of groups) chunks.push({ ...group, stored: await putBytes(store, 'lines', body) });
  const facts = { name: file.name, role, format, sha256: sha256(bytes), bytes: bytes.length, lines };
  return { ...facts, chunks, balances: role === 'statement' ? balances : [], notes };
}

const parser = { module: moduleBeside(import.meta.url, './parse.ts'), name: 'parseFinancialFile' };
const comparer = { module: moduleBeside(import.meta.url, './compare.ts'), name: 'compareLines' };
const bearing = { module: comparer.module, name: 'bearingPart' };
const reporter = { module: moduleBeside(import.meta.url, './report.ts'), name: 'writeReport' };
/** Megabytes that so many bytes may take: an engine that may take more collects its garbage later. */
const memorySteps = [
  { mostBytes: 24 * 1024 * 1024, memoryMb: 512 },
  { mostBytes: 64 * 1024 * 1024, memoryMb: 1024 },
  { mostBytes: Infinity, memoryMb: 4096 },
];

interface Sizes {
  readonly slices: SliceSizes;
  /** Bytes of results that one thread holds together; beyond them it goes part by part. */
  readonly together: number;
}

const usualSizes: Sizes = { slices: sliceSizes, together: 16 * 1024 * 1024 };

/** What work on so many bytes may take. */
function within(source: string, bytes: number): ApartOptions {
  return {
    source,
    signal: currentSignal(),
    timeoutMs: 30_000 + Math.ceil(bytes / 200),
    ...given({ memoryMb: memorySteps.find(({ mostBytes }) => bytes <= mostBytes)?.memoryMb }),
  };
}

async function bytesOf(store: Store, file: Exclude<SourceFile, { pieces: unknown }>): Promise<Uint8Array> {
  if ('content' in file) return Buffer.from(file.content, 'utf8');
  if ('base64' in file) return Buffer.from(file.base64, 'base64');
  return getBytes(store, inputKey(file.sha256), file.sha256);
}

async function compare(
  store: Store,
  { partition, rule, round }: ComparePartitionInput,
  { together: most }: Sizes,
): Promise<PartitionCompared> {
  const { id, account, currency } = partition;
  const [ledger, statement] = await Promise.all([
    partsOf(store, partition.ledger),
    partsOf(store, partition.statement),
  ]);
  const parts = { ledger, statement, settled: await settledFor(store, partition, { ledger, statement }, most) };
  const limits = within(`The partition ${id}`, bytesIn(Object.values(parts).flat()));
  const { matched, left, totals, ...bodies } = await runApart<typeof compareLines>(
    comparer,
    { ...parts, rule, round },
    limits,
  );
  return {
    id,
    account,
    currency,
    matched,
    result: await putBytes(store, 'lines', bodies.result),
    leftInLedger: await putBytes(store, 'lines', bodies.leftInLedger),
    leftInStatement: await putBytes(store, 'lines', bodies.leftInStatement),
    left,
    totals,
    ...(bodies.matches ? { matches: await putBytes(store, 'lines', bodies.matches) } : {}),
  };
}

/** What was matched before is far more than what is left: where it is too much for one thread, some at a time give what bears on that. */
async function settledFor(
  store: Store,
  { id, settled = [] }: Partition,
  left: Pick<PartitionToCompare, Role>,
  most: number,
): Promise<Uint8Array[]> {
  if (batchesOf(settled, most).length <= 1) return partsOf(store, settled);
  const kept: Uint8Array[] = [];
  // Only one part at a time becomes objects, and what is left for each batch anew: few batches, and little room for either.
  const largest = Math.max(...settled.map(({ bytes }) => bytes));
  // Lines take half of what comparing them takes, and so it is done on the thread that compares them next.
  const limits = within(`The partition ${id}`, (bytesIn([...left.ledger, ...left.statement]) + largest) / 2);
  for (const some of batchesOf(settled, batchesHeld * most)) {
    const parts = { ...left, settled: await partsOf(store, some) };
    kept.push(await runApart<typeof bearingPart>(bearing, parts, limits));
  }
  return kept;
}

/** How much more may be in bytes than in objects. */
const batchesHeld = 3;

/** In their order, as many as have so many bytes, and one at least. */
function batchesOf(parts: readonly Stored[], most: number): Stored[][] {
  const all: Stored[][] = [];
  let room = 0;
  for (const part of parts) {
    room -= part.bytes;
    const last = all.at(-1);
    if (last && room >= 0) last.push(part);
    else {
      all.push([part]);
      room = most - part.bytes;
    }
  }
  return all;
}

function partsOf(store: Store, parts: readonly Stored[]): Promise<Uint8Array[]> {
  return Promise.all(parts.map(({ key, sha256: hash }) => getBytes(store, key, hash)));
}

function bytesIn(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

async function makeReport(
  store: Store,
  { files, accounts, rule, compared }: MakeReportInput,
  { together: most }: Sizes,
): Promise<ReportMade> {
  const all = compared.flatMap(matchesApart);
  const isLarge = all.reduce((sum, { result }) => sum + result.bytes, 0) > most;
  const [elsewhere, together] = isLarge ? apart(all) : [[], all];
  const parts = await Promise.all(
    together.map(async ({ account, currency, result: { key, sha256: hash } }) => ({
      account,
      currency,
      found: await getBytes(store, key, hash),
    })),
  );
  const work = { files, accounts, rule, compared: parts, elsewhere };
  const limits = within('What was found', bytesIn(parts.map(({ found }) => found)));
  const made = await runApart<typeof writeReport>(reporter, work, limits);
  const { complete, shown: report, text } = made;
  const stored = await putBytes(store, 'report', made.whole);
  const differences: Stored[] = [];
  for (const part of made.differences) differences.push(await putBytes(store, 'report', part));
  const inputs = files.map(({ role, sha256: hash, bytes }) => ({ role, sha256: hash, bytes }));
  const inputsSha256 = sha256(Buffer.from(JSON.stringify({ inputs, accounts, rule })));
  return { report, complete, stored, ...(complete ? {} : { differences }), inputsSha256, text };
}

/** Of the second round, matches and everything else as if they were of two partitions. */
function matchesApart({ matches, totals, ...each }: PartitionCompared): PartitionCompared[] {
  if (!matches) return [{ ...each, ...given({ totals }) }];
  return [each, { ...each, result: matches, ...given({ totals }) }];
}

/** What has nothing but matches stays where it is; what a person must look at is in one report. */
function apart(compared: readonly PartitionCompared[]): [MatchesElsewhere[], PartitionCompared[]] {
  const elsewhere: MatchesElsewhere[] = [];
  const together: PartitionCompared[] = [];
  for (const each of compared) {
    const { account, currency, matched: matches, result: stored, totals } = each;
    if (!totals) together.push(each);
    else if (matches > 0) elsewhere.push({ account, currency, matches, stored, totals });
  }
  return [elsewhere, together];
}

/** Runs of tasks may name none of it. */
export interface ReconcilePartOptions {
  readonly home: string;
  /** A store as one whose objects pass through the worker's payload codecs. @default by those of the worker that calls */
  readonly coded?: (store: Store) => Store;
  /** From which sizes on work is done part by part; the outcome is the same. */
  readonly sizes?: Sizes;
}

export function reconcilePart(options: ReconcilePartOptions): Part {
  return { activities: createReconcileActivities(options) };
}
