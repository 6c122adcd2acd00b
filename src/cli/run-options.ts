/** The stopping rule as options of a command: checked before any server is asked, and named in errors as they were typed. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { checkCount, planFanOut } from '../core/options.ts';
import { gatherOptions, type RunOptions } from '../core/run-options.ts';

interface PolicyOption {
  readonly flags: string;
  readonly description: string;
  readonly number?: true;
  readonly choices?: readonly string[];
}

/** In the order of `--help`; each name is the one of {@link RunOptions}. */
const policy: Partial<Record<keyof RunOptions, PolicyOption>> = {
  concurrency: { flags: '--concurrency <n>', description: 'how many at once', number: true },
  deadline: { flags: '--deadline <time>', description: 'time for all, such as 10s or 500ms' },
  taskTimeout: { flags: '--task-timeout <time>', description: 'time for each' },
  attempts: { flags: '--attempts <n>', description: 'attempts of each, the first included', number: true },
  minSuccessRatio: {
    flags: '--min-success-ratio <ratio>',
    description: 'the least share that must succeed, from 0 to 1',
    number: true,
  },
  minSuccesses: {
    flags: '--min-successes <n>',
    description: 'over once this many succeeded; an error below it',
    number: true,
  },
  first: { flags: '--first <n>', description: 'over once this many succeeded', number: true },
  maxFailures: { flags: '--max-failures <n>', description: 'over once more than this many failed', number: true },
  hedge: {
    flags: '--hedge <when>',
    description: 'a backup attempt for slow tasks, after a percentile (95%) or a time (200ms)',
  },
  limit: { flags: '--limit <name>', description: 'the named limit at which the tasks wait' },
  priority: { flags: '--priority <1-5>', description: '1 goes first, 5 last', number: true },
  tenant: { flags: '--tenant <name>', description: 'whose run it is: tenants share what there is evenly' },
  tenantWeight: { flags: '--tenant-weight <n>', description: 'how much the tenant gets against 1', number: true },
  budget: { flags: '--budget <n>', description: 'the most to spend; a task costs its `cost`, or 1', number: true },
  ids: {
    flags: '--ids <how>',
    description: 'plain, or hashed: the server sees tasks by opaque ids, for ids that are personal data',
    choices: ['plain', 'hashed'],
  },
};

/**
 * Adds the options of the stopping rule to a command.
 *
 * @param names which of them @default all
 * @example addRunOptions(program.command('digest'), ['deadline', 'concurrency']);
 */
export function addRunOptions(command: Command, names = Object.keys(policy) as (keyof RunOptions)[]): Command {
  for (const { flags, description, number, choices } of names.flatMap((name) => policy[name] ?? [])) {
    const option = new Option(flags, description);
    if (number) option.argParser(toNumber);
    if (choices) option.choices(choices);
    command.addOption(option);
  }
  return command;
}

/**
 * The policy among a command's options.
 *
 * @throws {InvalidOptionsError} naming the first that cannot be meant
 * @example const input = { pages, options: runOptions(invocation.options) };
 */
export function runOptions(given: object): RunOptions {
  const chosen = Object.entries(given).filter(([name, value]) => Object.hasOwn(policy, name) && value !== undefined);
  const options: RunOptions = Object.fromEntries(chosen);
  checkCount('attempts', options.attempts, 1);
  // How many tasks there will be is known to the run alone, so whatever depends on that is left to it.
  planFanOut(gatherOptions(options), Number.MAX_SAFE_INTEGER, 500);
  return options;
}

/** The option behind a field of an error, as a person typed it. */
export function flagOf(field: string | undefined): string | undefined {
  const name = field?.split('.')[0];
  if (name === undefined || !Object.hasOwn(policy, name)) return undefined;
  return policy[name as keyof RunOptions]?.flags.split(' ')[0];
}

/**
 * A number of the command line, for an option's parser; what is none is refused with its name.
 *
 * @example command.option('--depth <n>', 'how deep', toNumber);
 */
export function toNumber(text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw new InvalidArgumentError('It must be a number.');
}
