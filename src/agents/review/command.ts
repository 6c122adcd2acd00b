/** The command that reviews code. The surprising rule: findings are no failure, unless `--fail-on` says how bad they may be. */
import {
  type Face,
  FanfoldError,
  codeOf,
  exitCodes,
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
  version,
} from '../../command.ts';
import { statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { Option, type Command } from 'commander';
import { severities, type Severity } from './pure/findings.ts';
import { sarifOf } from './pure/sarif.ts';
import type { ReviewInput, ReviewReport } from './pure/types.ts';
import { checkReview, reviewKind } from './kind.ts';
import { isReview, reviewText } from './text.ts';

interface ReviewOptions extends SharedOptions {
  readonly diff?: string;
  readonly sarif?: string | true;
  readonly failOn?: Severity;
  readonly projectTools: boolean;
}

function addReview(program: Command): void {
  const command = program
    .command('review')
    .description('review code: linters, the compiler and, where one is configured, a model, over every file')
    .argument('[path...]', 'files and folders; without one, the working directory')
    .option('--diff <ref>', 'only what changed since this revision of git branched off')
    .option('--sarif [file]', 'the report as SARIF 2.1.0 in this file (.sarif or .json), or on stdout')
    .option(
      '--no-project-tools',
      'run nothing that the project brings: no linter, compiler or configuration of its own',
    )
    .addOption(new Option('--fail-on <severity>', 'exit 1 where a finding is this bad or worse').choices(severities));
  addSharedOptions(addRunOptions(command)).action(action(startReview));
}

async function startReview(invocation: Invocation<ReviewOptions>, paths: readonly string[]): Promise<ExitCode> {
  const { failOn } = invocation.options;
  const sarif = sarifOutput(invocation);
  const runId = await begin(invocation, reviewKind, inputOf(invocation.options, paths));
  const view = await follow(invocation, runId);
  const report = isReview(view.answer) ? view.answer : undefined;
  if (report && typeof sarif === 'string') await writeOutput(sarif, sarifText(report), '--sarif');
  if (report && sarif === true) await writeJson(sarifText(report).trimEnd());
  else await answerRun(invocation, view);
  return report && isTooBad(report, failOn) ? exitCodes.failed : codeOf(view);
}

/** A file, or true for stdout. @throws {FanfoldError} of type `InvalidInput` where it cannot be meant */
function sarifOutput(invocation: Invocation<ReviewOptions>): string | true | undefined {
  const { sarif } = invocation.options;
  if (sarif === undefined) return undefined;
  // The name of stdout means the same as no name.
  if (sarif === true || sarif === '-') {
    if (!invocation.json) return true;
    const message = '--json and --sarif without a file both want stdout; name a file for one';
    throw new FanfoldError('InvalidInput', message, 'sarif');
  }
  if (!/\.(sarif|json)$/.test(sarif))
    throw new FanfoldError('InvalidInput', `--sarif ${sarif}: the file must end with .sarif or .json`, 'sarif');
  invocation.willWrite(sarif, '--sarif');
  return sarif;
}

function inputOf(options: ReviewOptions, given: readonly string[]): ReviewInput {
  const targets = (given.length === 0 ? ['.'] : given).map(existing);
  const root = rootOf(targets);
  const input = {
    root,
    paths: targets.map((target) => relative(root, target).split(sep).join('/') || '.'),
    ...(options.diff === undefined ? {} : { diff: options.diff }),
    projectTools: options.projectTools,
    options: runOptions(options),
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

function sarifText(report: ReviewReport): string {
  return `${JSON.stringify(sarifOf(report, version()), undefined, 2)}\n`;
}

function isTooBad({ counts }: ReviewReport, failOn: Severity | undefined): boolean {
  if (failOn === undefined) return false;
  return severities.slice(0, severities.indexOf(failOn) + 1).some((severity) => counts[severity] > 0);
}

export const reviewFace: Face<ReviewInput> = {
  kind: reviewKind,
  add: addReview,
  text: (answer, { width, paint }) => (isReview(answer) ? [reviewText(answer, width, paint)] : []),
  tasks: () => ({ rows: 'failures', noun: 'task' }),
};
