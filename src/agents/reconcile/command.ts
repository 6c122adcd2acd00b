/** The commands `reconcile` and `sign-off`. Large files go into the store first; a message has only their hash. */
import { reconcileKind } from './kind.ts';
import {
  type Face,
  given,
  FanfoldError,
  type ExitCode,
  action,
  addSharedOptions,
  type Invocation,
  type RunView,
  type WaitingRun,
  type SharedOptions,
  addRunOptions,
  runOptions,
  toNumber,
  writeOutput,
  collect,
  answerEnd,
  begin,
  follow,
  inputOfRun,
  shellWord,
  callOf,
  exitCodes,
  painter,
} from '../../command.ts';
import { minuteOf } from '../../core/text/index.ts';
import { milliseconds, type Duration } from '../../index.ts';
import { extname } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ReconcileInput, ReconciliationAnswer } from './pure/types.ts';
import { csvSettings, csvSettingsHelp } from './csv-settings.ts';
import { gatedCode, gateHelp, gates, type Gate } from './gate.ts';
import type { FeeRule, MatchRule } from './pure/lines.ts';
import { hashesOf, sourceFiles } from './source-files.ts';
import { differencesOf, isReconciliation, wholeReport } from './whole-report.ts';
import { reconciliationText, reportFile, type ReportFormat } from './text.ts';

interface ReconcileOptions extends SharedOptions {
  readonly ledger: string;
  readonly statements: string[];
  readonly ledgerCsv?: string[];
  readonly statementCsv?: string[];
  readonly account?: string[];
  readonly window?: number;
  readonly tolerance?: string;
  readonly fee?: string[];
  readonly signOff?: string;
  readonly note?: string;
  readonly awaitSignOff?: string;
  readonly output?: string;
  readonly differences?: string;
  readonly failOn?: Gate;
}

interface SignOptions extends SharedOptions {
  readonly by?: string;
  readonly note?: string;
  readonly differences?: string;
  readonly files?: string[];
}

function addReconcile(program: Command): void {
  const command = program
    .command('reconcile')
    .description('compare a ledger with statements (CSV, OFX, MT940, camt.052 to 054): every partition must succeed')
    .requiredOption('--ledger <file>', 'the ledger, as CSV')
    .requiredOption('--statements <file...>', 'the statements')
    .option('--ledger-csv <name=value>', csvSettingsHelp, collect)
    .option('--statement-csv <name=value>', 'the same for statements; FILE:name=value for one of them', collect)
    .option('--account <ledger=statement>', 'the statements’ name of an account of the ledger (repeatable)', collect)
    .option('--window <days>', 'days between the dates of a match; 3 unless given', toNumber)
    .option('--tolerance <amount>', 'by how much amounts of one reference or name may differ, such as 0.05')
    .option('--fee <name=rule>', 'what is kept back of an amount, such as card=2.9%+0.25 (repeatable)', collect)
    .option('--sign-off <name>', 'sign the report in this name as soon as it is made')
    .option('--note <text>', 'what is noted beside the name')
    .option('--await-sign-off <time>', 'how long the report waits to be signed, such as 2d; not at all unless given')
    .option('-o, --output <file>', 'the report as .json, .csv or .md', toReportFile)
    .option('--differences <file>', 'what did not match, as CSV, each with what it may belong to; - for stdout')
    .addOption(new Option('--fail-on <what>', gateHelp).choices(gates));
  addRunOptions(command, ['concurrency', 'deadline', 'taskTimeout', 'attempts']);
  addSharedOptions(command).action(action(runReconcile));
  const sign = program
    .command('sign-off')
    .description('sign the report of a reconciliation that waits for it; without --by, show it')
    .argument('<id>', 'the run')
    .option('--by <name>', 'who signs')
    .option('--note <text>', 'what is noted beside the name')
    .option('--files <file...>', 'files that were compared; one that has changed since is refused by its name')
    .option('--differences <file>', 'what did not match, as CSV; - for stdout');
  addSharedOptions(sign).action(action(runSignOff));
}

async function runReconcile(invocation: Invocation<ReconcileOptions>): Promise<ExitCode> {
  const { ledger, statements, account = [], signOff, note, awaitSignOff, output, differences } = invocation.options;
  const policy = runOptions(invocation.options);
  sayWritten(invocation);
  if (note !== undefined && signOff === undefined)
    throw new FanfoldError('InvalidInput', '--note stands beside a name; give it with --sign-off', 'note');
  const csv = {
    ledger: await csvSettings(invocation.options.ledgerCsv, [ledger], '--ledger-csv'),
    statement: await csvSettings(invocation.options.statementCsv, statements, '--statement-csv'),
  };
  const [first, ...rest] = await sourceFiles(
    [
      { path: ledger, csv: csv.ledger.get(ledger) },
      ...statements.map((path) => ({ path, csv: csv.statement.get(path) })),
    ],
    async () => (await invocation.session()).client.store,
  );
  if (!first) throw new FanfoldError('InvalidInput', 'There is no ledger', 'ledger');
  const runId = await begin<ReconcileInput>(invocation, reconcileKind, {
    ledger: first,
    statements: rest,
    ...given({
      accounts: account.length > 0 ? Object.fromEntries(account.map((each) => pairOf(each, '--account'))) : undefined,
      rule: ruleOf(invocation.options),
      signOff: signOff === undefined ? undefined : { by: signOff, ...given({ note }) },
      awaitSignOff: awaitSignOff as Duration | undefined,
    }),
    options: policy,
  });
  const { view, waiting } = await followToReport(invocation, runId);
  const code = waiting ? await answerWaiting(invocation, view, waiting) : await answerEnd(invocation, view);
  const answer = waiting ?? view.answer;
  if (!isReconciliation(answer)) return code;
  const { store } = (await invocation.session()).client;
  if (output !== undefined) {
    const whole = await wholeReport(store, answer, runId);
    await writeTold(invocation, output, reportFile(formatOf(output), answer, whole));
  }
  if (differences !== undefined) await writeTold(invocation, differences, differencesOf(store, answer, runId));
  return gatedCode(code, answer.report, invocation.options.failOn, (text) => invocation.say(text));
}

/** To the run's end, or to a report that waits for a person, who may take days and may be the one at this terminal. */
async function followToReport(
  invocation: Invocation<ReconcileOptions>,
  runId: string,
): Promise<{ readonly view: RunView; readonly waiting: ReconciliationAnswer | undefined }> {
  const { client } = await invocation.session();
  let waiting: ReconciliationAnswer | undefined;
  const { awaitSignOff, signOff } = await inputOfRun<ReconcileInput>(invocation, runId);
  const isWaiting = async (): Promise<boolean> => {
    const answer = await client.see<ReconciliationAnswer>(runId, 'reconciliation').catch(() => undefined);
    waiting = answer?.signOff.state === 'notSignedOff' ? answer : undefined;
    return waiting !== undefined;
  };
  const view = await follow(invocation, runId, awaitSignOff !== undefined && !signOff ? isWaiting : undefined);
  return { view, waiting: view.status === 'running' ? waiting : undefined };
}

async function answerWaiting(
  invocation: Invocation<ReconcileOptions>,
  view: RunView,
  reconciliation: ReconciliationAnswer,
): Promise<ExitCode> {
  await invocation.answer({ ...view, reconciliation }, () =>
    reconciliationText(reconciliation, painter(process.stdout)),
  );
  await sayWaiting(invocation, view.runId, reconciliation);
  return exitCodes.done;
}

/** Until when a report waits to be signed, and by which command. */
async function sayWaiting(invocation: Invocation, runId: string, answer: ReconciliationAnswer): Promise<void> {
  const input = await inputOfRun<ReconcileInput>(invocation, runId);
  const waiting = waitingText(answer, { runId, input, callOf });
  if (waiting !== undefined) invocation.say(waiting);
}

function waitingText(answer: unknown, { runId, input, callOf: call }: WaitingRun<ReconcileInput>): string | undefined {
  if (!isReconciliation(answer) || answer.signOff.state === 'signedOff') return undefined;
  const until = minuteOf(Date.parse(answer.madeAt) + milliseconds(input.awaitSignOff ?? 0, 'awaitSignOff'));
  return `The report waits until ${until} UTC to be signed: ${call(`sign-off ${shellWord(runId)} --by NAME`)}`;
}

function sayWritten(invocation: Invocation<ReconcileOptions>): void {
  const { output, differences, ledger, statements } = invocation.options;
  const inputs = [ledger, ...statements];
  if (output !== undefined) invocation.willWrite(output, '--output', inputs);
  if (differences !== undefined) invocation.willWrite(differences, '--differences', inputs);
}

async function runSignOff(invocation: Invocation<SignOptions>, runId: string): Promise<void> {
  const session = await invocation.session();
  const view = await session.client.get(runId);
  if (view.kind !== 'reconcile')
    throw new FanfoldError('InvalidInput', `Run '${runId}' is no reconciliation but of '${view.kind}'`);
  await session.needWorker('questions', await session.queueOf(runId));
  const { by, note, files, differences } = invocation.options;
  if (differences !== undefined) invocation.willWrite(differences, '--differences', []);
  if (by !== undefined) assertUnsigned(view);
  const seen = await reportOf(invocation, runId);
  const inputs = files && (await hashesOf(files));
  if (inputs) assertUnchanged(seen, inputs);
  if (by !== undefined) await session.client.say(runId, 'sign-off', { by, ...given({ note, inputs }) });
  const answer = by === undefined ? seen : await reportOf(invocation, runId);
  if (differences !== undefined) await writeOutput(differences, differencesOf(session.client.store, answer, runId));
  if (differences !== '-') await invocation.answer(answer, () => reconciliationText(answer, painter(process.stdout)));
  if (by !== undefined && !files)
    invocation.say('The files were not looked at again: with --files one that has changed since is refused');
  await sayUnsigned(invocation, view, answer);
}

async function sayUnsigned(
  invocation: Invocation,
  { runId, status }: RunView,
  answer: ReconciliationAnswer,
): Promise<void> {
  if (answer.signOff.state === 'signedOff') return;
  if (status === 'running') await sayWaiting(invocation, runId, answer);
  else invocation.say(`Run '${runId}' is over (${status}), and nobody signed it: ${anew}`);
}

const anew = 'the same files make the same report again, with --sign-off or --await-sign-off';

/** @throws {FanfoldError} of type `Refused` as long as there is none */
async function reportOf(invocation: Invocation, runId: string): Promise<ReconciliationAnswer> {
  const { client } = await invocation.session();
  const answer = await client.see<ReconciliationAnswer>(runId, 'reconciliation');
  if (answer) return answer;
  throw new FanfoldError('Refused', `Run '${runId}' has no report yet`);
}

/** In the words of the shell; the run refuses the same. @throws {FanfoldError} of type `Refused` */
function assertUnchanged({ report: { inputs } }: ReconciliationAnswer, files: Readonly<Record<string, string>>): void {
  for (const [file, hash] of Object.entries(files)) {
    const own = inputs.find(({ name }) => name === file);
    const names = inputs.map(({ name }) => name).join(', ');
    if (!own) throw new FanfoldError('Refused', `${file} is no file of this report, which is of ${names}`, 'files');
    if (own.sha256 === hash) continue;
    const what = `run ${callOf('reconcile')} again and sign that report, or bring the file back as it was`;
    throw new FanfoldError('Refused', `${file} has changed since it was compared: ${what}`, 'files');
  }
}

/** @throws {FanfoldError} of type `RunClosed` where nobody can sign any more, with who did */
function assertUnsigned({ runId, status, answer }: RunView): void {
  if (!isReconciliation(answer)) return;
  const { signOff } = answer;
  const why = signOff.state === 'signedOff' ? `${signOff.by} signed it at ${signOff.at}` : `nobody signed it: ${anew}`;
  throw new FanfoldError('RunClosed', `Run '${runId}' is over (${status}), and ${why}`);
}

function ruleOf({ window: windowDays, tolerance, fee }: ReconcileOptions): Partial<MatchRule> | undefined {
  const rule = given({ windowDays, tolerance, fees: fee?.map(feeOf) });
  return Object.keys(rule).length > 0 ? rule : undefined;
}

/** `card=2.9%+0.25`, `card=2.9%` or `card=0.25`. */
function feeOf(text: string): FeeRule {
  const [name, rule] = pairOf(text, '--fee');
  const [, percent, fixed] = /^(?:(\d{1,2}(?:\.\d{1,4})?)%)?\+?(\d{1,12}(?:\.\d{1,4})?)?$/.exec(rule) ?? [];
  if (percent !== undefined || fixed !== undefined) return { name, ...given({ percent, fixed }) };
  throw new FanfoldError('InvalidInput', `--fee ${text}: write it as name=2.9%+0.25`, 'fee');
}

function pairOf(text: string, flag: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new FanfoldError('InvalidInput', `${flag} ${text}: write it as name=value`, flag);
}

async function writeTold(invocation: Invocation, file: string, pieces: AsyncIterable<string>): Promise<void> {
  await writeOutput(file, pieces);
  if (file !== '-') invocation.say(`${file} is written`);
}

function formatOf(file: string): ReportFormat {
  return file === '-' ? 'json' : (extname(file).slice(1) as ReportFormat);
}

function toReportFile(file: string): string {
  if (file === '-' || ['.json', '.csv', '.md'].includes(extname(file))) return file;
  throw new InvalidArgumentError('It must end in .json, .csv or .md, or be - for JSON on stdout.');
}

export const reconcileFace: Face<ReconcileInput> = {
  kind: reconcileKind,
  add: addReconcile,
  text: (answer, { paint }) => (isReconciliation(answer) ? [reconciliationText(answer, paint)] : []),
  waiting: waitingText,
  tasks: () => ({ rows: 'failures', noun: 'task' }),
  aligned: true,
};
