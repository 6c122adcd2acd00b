/**
 * Reconciliation as activities: read a file, compare a partition, write the report.
 * Lines go from one to the next through the store, so a message never has more than their place.
 */
import { currentSignal, moduleBeside, runApart, type Part } from '../../../activities/index.ts';
import { given } from '../../../index.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { ApplicationFailure } from '@temporalio/common';
import { reconcile } from '../pure/match.ts';
import type { Line, MatchRule, Reconciliation } from '../pure/lines.ts';
import { whereResolver } from '../pure/partitions.ts';
import { reconciliationReport } from '../pure/report.ts';
import {
  inputKey,
  type Chunk,
  type FileRead,
  type Partition,
  type PartitionCompared,
  type ReconciliationReport,
  type ReportMade,
  type Role,
  type SourceFile,
  type Stored,
} from '../pure/types.ts';
import { reconciliationText } from '../pure/markdown.ts';
import { getBytes, getJson, putBytes, putJson, sha256 } from './objects.ts';
import type { FileToParse, ParsedFile, parseFinancialFile } from './parse.ts';
import { unreadable } from './problem.ts';

export interface ReadFileInput {
  readonly file: SourceFile;
  readonly role: Role;
}

export interface ComparePartitionInput {
  readonly partition: Partition;
  readonly rule: MatchRule;
  /** In the first round only matches are final: what has none may have one in another month. */
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
/** Bytes of a report that go into a run's outcome; the server's limit is 2 MB for all of it. */
const maxReportBytes = 400_000;

export function createReconcileActivities({ home, coded = (store) => store }: ReconcilePartOptions) {
  const store = coded(openStore(home));
  return {
    /** The lines of one file by account, currency and month, put into the store. */
    readFinancialFile: (input: ReadFileInput): Promise<FileRead> => readFile(store, input),
    /** What the ledger and the statements have in common in one partition. */
    comparePartition: (input: ComparePartitionInput): Promise<PartitionCompared> => compare(store, input),
    /** The report of all partitions, whole in the store and as far as it fits in the answer. */
    makeReconciliationReport: (input: MakeReportInput): Promise<ReportMade> => makeReport(store, input),
  };
}

async function readFile(store: Store, { file, role }: ReadFileInput): Promise<FileRead> {
  const bytes = await bytesOf(store, file);
  if (bytes.length > maxFileBytes)
    throw unreadable(
      file.name,
      `it has ${bytes.length} bytes; at most ${maxFileBytes} are read, so split it by months`,
    );
  const parsed = await parsedApart({ bytes, name: file.name, role, ...given({ csv: file.csv }) });
  const { groups, format, lines, balances, notes } = parsed;
  const chunks: Chunk[] = [];
  for (const { body, ...group } of groups) chunks.push({ ...group, stored: await putBytes(store, 'lines', body) });
  const facts = { name: file.name, role, format, sha256: sha256(bytes), bytes: bytes.length, lines };
  return { ...facts, chunks, balances: role === 'statement' ? balances : [], notes };
}

const parser = { module: moduleBeside(import.meta.url, './parse.ts'), name: 'parseFinancialFile' };
/** Most files of a bank are smaller; a larger one may use what the largest needs. */
const smallBytes = 8 * 1024 * 1024;

function parsedApart(file: FileToParse): Promise<ParsedFile> {
  const isSmall = file.bytes.length <= smallBytes;
  return runApart<typeof parseFinancialFile>(parser, file, {
    source: file.name,
    signal: currentSignal(),
    timeoutMs: 30_000 + Math.ceil(file.bytes.length / 200),
    memoryMb: isSmall ? 512 : 4096,
  });
}

async function bytesOf(store: Store, file: SourceFile): Promise<Uint8Array> {
  if ('content' in file) return Buffer.from(file.content, 'utf8');
  if ('base64' in file) return Buffer.from(file.base64, 'base64');
  return getBytes(store, inputKey(file.sha256), file.sha256);
}

async function compare(store: Store, { partition, rule, round }: ComparePartitionInput): Promise<PartitionCompared> {
  const { id, account, currency } = partition;
  const read = async (parts: readonly Stored[]): Promise<Line[]> =>
    (await Promise.all(parts.map((part) => getJson<Line[]>(store, part)))).flat();
  const months = (partition.settled ?? []).map((part) => getJson<Reconciliation>(store, part));
  const settled = (await Promise.all(months)).flatMap(({ matched }) => matched);
  const found = reconcile(await read(partition.ledger), await read(partition.statement), rule, settled);
  const [final, leftInLedger, leftInStatement] = round === 'month' ? matchesAlone(found) : [found, [], []];
  return {
    id,
    account,
    currency,
    matched: found.matched.length,
    result: await putJson(store, 'lines', final),
    leftInLedger: await putJson(store, 'lines', leftInLedger),
    leftInStatement: await putJson(store, 'lines', leftInStatement),
    left: leftInLedger.length + leftInStatement.length,
  };
}

function matchesAlone(found: Reconciliation): [Reconciliation, Line[], Line[]] {
  const { matched, differences, missingInStatement, missingInLedger } = found;
  const none = { differences: [], missingInStatement: [], missingInLedger: [] };
  const twice = { duplicatesInLedger: [], duplicatesInStatement: [] };
  return [
    { matched, ...none, ...twice },
    [
      ...differences.map(({ ledger }) => ledger),
      ...missingInStatement,
      ...found.duplicatesInLedger.map(({ line }) => line),
    ],
    [
      ...differences.map(({ statement }) => statement),
      ...missingInLedger,
      ...found.duplicatesInStatement.map(({ line }) => line),
    ],
  ];
}

async function makeReport(store: Store, { files, accounts, rule, compared }: MakeReportInput): Promise<ReportMade> {
  const whereOf = whereResolver(files, accounts);
  const parts = [];
  for (const { account, currency, result } of compared)
    parts.push({ account, currency, found: await getJson<Reconciliation>(store, result) });
  const report = reconciliationReport({
    files,
    balances: files.flatMap((file) => file.balances.map((each) => ({ ...each, ...whereOf(file, each) }))),
    read: files.flatMap((file) =>
      file.chunks.map(({ lines, total, ...chunk }) => ({ ...whereOf(file, chunk), role: file.role, lines, total })),
    ),
    compared: parts,
    rule,
  });
  assertWhole(report);
  const stored = await putJson(store, 'report', report);
  const text = reconciliationText(report);
  const inputs = files.map(({ role, sha256: hash, bytes }) => ({ role, sha256: hash, bytes }));
  const inputsSha256 = sha256(Buffer.from(JSON.stringify({ inputs, accounts, rule })));
  if (stored.bytes <= maxReportBytes) return { report, complete: true, stored, inputsSha256, text };
  return { report: withinMessage(report), complete: false, stored, inputsSha256, text };
}

/** A report that lost a line would be worse than none. */
function assertWhole({ accounts }: ReconciliationReport): void {
  for (const { account, currency, ledger, statement, unexplained, ...listed } of accounts) {
    const { matched, differing, missingInStatement, missingInLedger, duplicates } = listed;
    const inLedger = matched.ledger.lines + differing.ledger.lines + missingInStatement.lines + duplicates.ledger.lines;
    const inStatement =
      matched.statement.lines + differing.statement.lines + missingInLedger.lines + duplicates.statement.lines;
    if (inLedger === ledger.lines && inStatement === statement.lines && Number(unexplained) === 0) continue;
    const message = `The report on ${account} ${currency} does not add up; this is a defect of fanfold, please report it`;
    throw ApplicationFailure.nonRetryable(message, 'ReportDoesNotAddUp');
  }
}

/** What needs a person's eye first; matches last, as they do not. */
function withinMessage(report: ReconciliationReport): ReconciliationReport {
  let left = maxReportBytes;
  const fitting = <T>(list: readonly T[]): T[] => {
    const kept: T[] = [];
    for (const each of list) {
      left -= JSON.stringify(each).length;
      if (left < 0) break;
      kept.push(each);
    }
    return kept;
  };
  return {
    ...report,
    differences: fitting(report.differences),
    missingInStatement: fitting(report.missingInStatement),
    missingInLedger: fitting(report.missingInLedger),
    duplicatesInLedger: fitting(report.duplicatesInLedger),
    duplicatesInStatement: fitting(report.duplicatesInStatement),
    matched: fitting(report.matched),
  };
}

/** Runs of tasks may name none of it. */
export interface ReconcilePartOptions {
  readonly home: string;
  /** A store as one whose objects pass through the worker's payload codecs. @default as it is */
  readonly coded?: (store: Store) => Store;
}

export function reconcilePart(options: ReconcilePartOptions): Part {
  return { activities: createReconcileActivities(options) };
}
