/** The command that reviews code. Findings are no failure, unless `--fail-on` or a form for CI says so. */
import {
  type Face,
  FanfoldError,
  codeOf,
  many,
  exitCodes,
  given,
  write,
  writeJson,
  writeOutput,
  type ExitCode,
  answerRun,
  follow,
  action,
  addSharedOptions,
  type Invocation,
  type SharedOptions,
  addRunOptions,
  runOptions,
  begin,
  toNumber,
  version,
} from '../../command.ts';
import { statSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { Option, type Command } from 'commander';
import { readBaseline } from './baseline.ts';
import { askProjectTools } from './question.ts';
import { severities, type Severity } from './pure/findings.ts';
import type { ReviewInput, ReviewReport } from './pure/types.ts';
import { checkReview, reviewKind } from './kind.ts';
import { githubSummary, githubText, isReview, rdjsonText, sarifText } from './forms.ts';
import { reviewText } from './text.ts';

interface ReviewOptions extends SharedOptions {
  readonly diff?: string;
  readonly sarif?: string | true;
  readonly rdjson?: string | true;
  readonly github?: true;
  readonly failOn?: Severity | 'never';
  readonly projectTools?: boolean;
  readonly model: boolean;
  readonly tokenBudget?: number;
  readonly plan?: true;
  readonly all?: true;
  readonly baseline?: string;
}

function addReview(program: Command): void {
  const command = program
    .command('review')
    .description('review code: linters, the compiler and, where one is configured, a model, over every file')
    .argument('[path...]', 'files and folders; without one, the working directory')
    .option('--diff <ref>', 'only what changed since this revision of git branched off')
    .option('--plan', 'only say what would be looked at, and how often a model would be asked, with how many tokens')
    .option('--all', 'also what is more often wrong than right, as it was measured over public code')
    .option('--no-model', 'ask no model, even where one is configured')
    .option('--token-budget <n>', 'the most tokens that the model is to read', toNumber)
    .option('--project-tools', 'use linters and settings of the project: they are code, and run with your rights')
    .addOption(new Option('--no-project-tools', 'as without it').hideHelp())
    .option('--baseline <file>', 'a SARIF file of an earlier review, whose findings are counted and not reported')
    .option('--sarif [file]', 'the report as SARIF 2.1.0 in this file (.sarif or .json), or on stdout')
    .option('--rdjson [file]', 'the report as reviewdog reads it, in this file (.json), or on stdout')
    .option('--github', 'annotations of GitHub Actions on stdout; exits 1 where a finding is an error')
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit 1 where a finding is this bad or worse, or an analyser failed; error with --github, --sarif or --rdjson, otherwise never',
      ).choices([...severities, 'never']),
    );
  addSharedOptions(addRunOptions(command)).action(action(startReview));
}

async function startReview(invocation: Invocation<ReviewOptions>, paths: readonly string[]): Promise<ExitCode> {
  checkOutputs(invocation);
  const { sarif, rdjson, baseline } = invocation.options;
  const inputs = baseline === undefined ? [] : [baseline];
  if (typeof sarif === 'string') invocation.willWrite(sarif, '--sarif', inputs);
  if (typeof rdjson === 'string') invocation.willWrite(rdjson, '--rdjson', inputs);
  const input = await inputOf(invocation, paths);
  if (input.model !== false && !input.planOnly) await sayEstimate(input, invocation);
  const runId = await begin(invocation, reviewKind, input);
  const view = await follow(invocation, runId);
  if (!isReview(view.answer)) {
    await answerRun(invocation, view);
    return codeOf(view);
  }
  await writeReport(invocation, view, view.answer);
  return isTooBad(view.answer, invocation) ? exitCodes.failed : codeOf(view);
}

/** In each form that was asked for. */
async function writeReport(
  invocation: Invocation<ReviewOptions>,
  view: Parameters<typeof codeOf>[0],
  report: ReviewReport,
): Promise<void> {
  const { options } = invocation;
  const printed = printedForm(report, options);
  if (typeof options.sarif === 'string') await writeOutput(options.sarif, sarifText(report, version()), '--sarif');
  if (typeof options.rdjson === 'string') await writeOutput(options.rdjson, rdjsonText(report), '--rdjson');
  if (options.github) {
    await summarise(report, invocation);
    await write(githubText(report));
  } else if (printed !== undefined) await writeJson(printed.trimEnd());
  else await answerRun(invocation, view);
}

/** On the page of the job, where there is one; without it the annotations still say what counts. */
async function summarise(report: ReviewReport, invocation: Invocation<ReviewOptions>): Promise<void> {
  const file = process.env['GITHUB_STEP_SUMMARY'];
  if (!file) return;
  await appendFile(file, githubSummary(report)).catch((error: unknown) => {
    invocation.say(`fanfold: GITHUB_STEP_SUMMARY names '${file}', which cannot be written: ${String(error)}`);
  });
}

/** What the model is to read, before anything is sent; what cannot be planned here is refused by the run. */
async function sayEstimate(input: ReviewInput, invocation: Invocation<ReviewOptions>): Promise<void> {
  const { modelConfigured } = await import('../model/completion.ts');
  if (!modelConfigured(process.env)) return;
  const { plan } = await import('./activities/plan.ts');
  const { estimate } = (await plan(input, process.env, invocation.signal).catch(() => undefined)) ?? {};
  if (!estimate || estimate.calls === 0) return;
  const { calls, inputTokens } = estimate;
  invocation.say(
    `fanfold: a model is asked ${many(calls, 'time')} and reads some ${inputTokens} tokens; --no-model asks none, --token-budget bounds them`,
  );
}

/** One form is for stdout. @throws {FanfoldError} of type `InvalidInput` for two of them, or a file of another kind */
function checkOutputs({ json, options: { sarif, rdjson, github } }: Invocation<ReviewOptions>): void {
  const forms = [json && '--json', sarif === true && '--sarif', rdjson === true && '--rdjson', github && '--github'];
  const [first, second] = forms.filter((form) => typeof form === 'string');
  if (first !== undefined && second !== undefined)
    throw new FanfoldError(
      'InvalidInput',
      `${first} and ${second} without a file both want stdout; name a file for one`,
      second.slice(2),
    );
  checkName('--sarif', sarif, /\.(sarif|json)$/, '.sarif or .json');
  checkName('--rdjson', rdjson, /\.(rd)?json$/, '.json');
}

/** An option that may stand without a file must not take a path to review for one. */
function checkName(flag: string, file: string | true | undefined, form: RegExp, endings: string): void {
  if (typeof file !== 'string' || file === '-' || form.test(file)) return;
  throw new FanfoldError('InvalidInput', `${flag} ${file}: the file must end with ${endings}`, flag.slice(2));
}

function printedForm(report: ReviewReport, { sarif, rdjson }: ReviewOptions): string | undefined {
  if (sarif === true) return sarifText(report, version());
  return rdjson === true ? rdjsonText(report) : undefined;
}

async function inputOf({ options, json }: Invocation<ReviewOptions>, paths: readonly string[]): Promise<ReviewInput> {
  const targets = (paths.length === 0 ? ['.'] : paths).map(existing);
  const root = rootOf(targets);
  const { diff, tokenBudget, plan, all, baseline } = options;
  const input = {
    root,
    paths: targets.map((target) => relative(root, target).split(sep).join('/') || '.'),
    projectTools: options.projectTools ?? (json ? false : await askProjectTools(root)),
    options: runOptions(options),
    ...given({
      diff,
      tokenBudget,
      planOnly: plan,
      all,
      model: options.model ? undefined : false,
      baseline: baseline === undefined ? undefined : await readBaseline(baseline),
    }),
  };
  checkReview(input);
  return input;
}

function existing(path: string): string {
  const target = resolve(path);
  if (statSync(target, { throwIfNoEntry: false })) return target;
  throw new FanfoldError('InvalidInput', `There is no file or folder '${path}'`, 'paths');
}

/** The working directory where everything is in it, as its configuration is there; otherwise the folder of all. */
function rootOf(targets: readonly string[]): string {
  let root = process.cwd();
  if (targets.every((target) => isIn(root, target))) return root;
  const [first = root] = targets;
  root = statSync(first).isDirectory() ? first : dirname(first);
  while (!targets.every((target) => isIn(root, target))) root = dirname(root);
  return root;
}

function isIn(root: string, target: string): boolean {
  const way = relative(root, target);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Whoever asks for a form of CI wants a check that can fail, also where what should have looked did not. */
function isTooBad(
  { counts, missing, unchecked = missing }: ReviewReport,
  invocation: Invocation<ReviewOptions>,
): boolean {
  const { failOn, github, sarif, rdjson } = invocation.options;
  const limit = failOn ?? ((github ?? sarif ?? rdjson) ? 'error' : 'never');
  if (limit === 'never') return false;
  // A model that fails does not fail a check.
  const [first] = unchecked;
  if (first !== undefined) invocation.say(`fanfold: exit 1: ${first}`);
  return (
    first !== undefined || severities.slice(0, severities.indexOf(limit) + 1).some((severity) => counts[severity] > 0)
  );
}

export const reviewFace: Face<ReviewInput> = {
  kind: reviewKind,
  add: addReview,
  text: (answer, { width, paint }) => (isReview(answer) ? [reviewText(answer, width, paint)] : []),
  tasks: () => ({ rows: 'failures', noun: 'task' }),
};
