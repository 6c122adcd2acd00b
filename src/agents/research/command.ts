/** The command that asks a question: at once, or in depth, with its answer as a report in a file where one is wanted. */
import type { ResearchInput } from './pure/types.ts';
import { researchKind } from './kind.ts';
import {
  given,
  FanfoldError,
  type Face,
  type RunView,
  codeOf,
  shellWord,
  write,
  writeOutput,
  type ExitCode,
  answerRun,
  callOf,
  exitCodes,
  follow,
  followToEnd,
  action,
  attend,
  addSharedOptions,
  type Invocation,
  type SharedOptions,
  addRunOptions,
  runOptions,
  toNumber,
  begin,
  collect,
} from '../../command.ts';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { checkDepth } from './pure/depth.ts';
import type { Duration } from '../../index.ts';
import type { ShownPlan } from './pure/plan.ts';
import { checks, deepChecks } from './doctor.ts';
import { researchTasks, researchText } from './text.ts';
import { formatOf, isAnswer, referencesOf, reportFormats, reportText, type ResearchReportFormat } from './report.ts';

/** The packages that every installation brings can answer this one from their documents. */
const demoQuestion = 'How do durable workflows handle retries, timeouts and cancellation?';

interface ResearchOptions extends SharedOptions {
  readonly source?: string[];
  readonly folder?: string[];
  readonly depth?: number;
  readonly breadth?: number;
  readonly reviewPlan?: string | true;
  readonly tokenBudget?: number;
  readonly output?: string;
  readonly format?: ResearchReportFormat;
}

function addResearch(program: Command): void {
  const research = program
    .command('research')
    .description('ask every source side by side and write one answer from what came back')
    .argument('[question...]', 'what to find out; without one, a question that fanfold’s own documents answer')
    .option('--source <name>', 'a source to ask (repeatable)', collect)
    .option('--folder <path>', 'a folder of documents to ask (repeatable)', collect)
    .option('--depth <n>', 'levels of questions: from 2 it is taken apart and its gaps are followed up', toNumber)
    .option('--breadth <n>', 'questions of a level at most (3)', toNumber)
    .option('--token-budget <n>', 'tokens that the model may cost in all, in depth (200000)', toNumber)
    .option('--review-plan [time]', 'show the plan and wait, a day unless given, before anything is asked')
    .option('-o, --output <file>', 'write the report there: .md, .json or .bib')
    .addOption(new Option('--format <format>', 'the report, in place of the usual text').choices(reportFormats));
  addSharedOptions(addRunOptions(research)).action(action(startResearch));
  const plan = program
    .command('plan')
    .description('show the plan of a research that waits for it; with --question, ask these instead and go on')
    .argument('<id>', 'the run')
    .option('--question <text>', 'a question to ask in place of those planned (repeatable)', collect)
    .option('--by <name>', 'who changes it');
  addSharedOptions(plan).action(action(runPlan));
}

async function startResearch(invocation: Invocation<ResearchOptions>, words: readonly string[]): Promise<ExitCode> {
  const question = words.length === 0 ? demoQuestion : words.join(' ').trim();
  if (question === '') throw new FanfoldError('InvalidInput', 'The question is empty', 'question');
  const { output, format } = invocation.options;
  // Known to be meant before the run is started, not after it.
  const fileFormat = output === undefined ? undefined : (format ?? formatOf(output));
  const input = inputOf(question, invocation.options);
  checkDepth(input);
  if (output !== undefined) invocation.willWrite(output);
  const runId = await begin(invocation, researchKind, input);
  const view = await follow(invocation, runId);
  if (output !== undefined && fileFormat !== undefined && isAnswer(view.answer)) {
    await writeOutput(output, reportText(question, view.answer, fileFormat));
    if (output !== '-') invocation.say(`The report is in ${output}`);
  }
  await reportOutcome(invocation, view, question);
  sayRest(invocation, view);
  return codeOf(view);
}

/** What a person does next, and why a file is not there or is empty. */
function sayRest(invocation: Invocation<ResearchOptions>, { runId, answer, ...view }: RunView): void {
  const { output, format = output === undefined ? undefined : formatOf(output) } = invocation.options;
  if (view.status === 'running' && view.approvals) {
    invocation.say(`Other questions: ${callOf(`plan ${shellWord(runId)} --question "..."`)}`);
    if (output !== undefined) {
      const again = `call this command again with --id ${shellWord(runId)} once the plan is approved`;
      invocation.say(`${output} is not written yet: ${again}`);
    }
  }
  if (format === 'bibtex' && isAnswer(answer) && referencesOf(answer).length === 0) {
    invocation.say('Nothing was found that answers the question, so the BibTeX has no entries');
  }
}

/** The report in place of the usual text, where that was asked for and there is one. */
async function reportOutcome(invocation: Invocation<ResearchOptions>, view: RunView, question: string): Promise<void> {
  const { output, format } = invocation.options;
  const asReport = format !== undefined && output === undefined && !invocation.json;
  if (asReport && isAnswer(view.answer)) await write(reportText(question, view.answer, format));
  else await answerRun(invocation, view, question);
}

interface PlanOptions extends SharedOptions {
  readonly question?: string[];
  readonly by?: string;
}

async function runPlan(invocation: Invocation<PlanOptions>, runId: string): Promise<ExitCode> {
  const { question: questions = [], by } = invocation.options;
  const session = await invocation.session();
  const { kind, status } = await session.client.get(runId);
  if (kind !== researchKind.name) {
    throw new FanfoldError('InvalidInput', `Run '${runId}' is no research but of '${kind}'`);
  }
  if (status !== 'running') throw new FanfoldError('RunClosed', `Run '${runId}' is over (${status})`);
  if (questions.length > 0) {
    await attend(session, runId);
    await session.client.say(runId, 'plan', { questions, ...given({ by }) });
    return followToEnd(invocation, runId);
  }
  await session.needWorker('questions', await session.queueOf(runId));
  const plan = await session.client.see<ShownPlan>(runId, 'plan');
  if (!plan) throw new FanfoldError('Refused', `Run '${runId}' has no plan that waits`);
  await invocation.answer(plan, () => plan.questions.map((each) => `- ${each}`).join('\n'));
  return exitCodes.done;
}

function inputOf(question: string, options: ResearchOptions): ResearchInput {
  const { source: sources, folder: folders = [], depth, breadth, tokenBudget } = options;
  const reviewPlan = options.reviewPlan === true ? '1 day' : (options.reviewPlan as Duration | undefined);
  return {
    question,
    ...given({ sources }),
    ...(folders.length > 0 ? { folders: folders.map(existingFolder) } : {}),
    ...given({ depth, breadth, tokenBudget, reviewPlan }),
    options: runOptions(options),
  };
}

function existingFolder(path: string): string {
  const folder = resolve(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new FanfoldError('InvalidInput', `--folder ${path}: there is no such folder`, 'folder');
}

export const researchFace: Face<ResearchInput> = {
  kind: researchKind,
  add: addResearch,
  text: researchText,
  tasks: researchTasks,
  checks,
  deepChecks,
};
