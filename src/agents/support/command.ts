/** `support` starts the agent for one customer; `approve` says yes or no to what waits for a person, and follows the run on. */
import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import type { AgentOptions } from './pure/types.ts';
import { FanfoldError } from '../../errors.ts';
import type { ExitCode } from '../../cli/exit.ts';
import { followToEnd } from '../../cli/follow.ts';
import { viewOf } from '../../cli/inspect-commands.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from '../../cli/invocation.ts';
import { addRunOptions, runOptions, toNumber } from '../../cli/run-options.ts';
import { startAndFollow } from '../../cli/start.ts';

interface SupportOptions extends SharedOptions {
  readonly customer: number;
  readonly maxTurns?: number;
  readonly tokenBudget?: number;
  readonly approvalTimeout?: string;
}

interface ApproveOptions extends SharedOptions {
  readonly reject?: true;
  readonly reason?: string;
  readonly by?: string;
}

export function addSupport(program: Command): void {
  const support = program
    .command('support')
    .description("answer a customer from their own orders, payments and parcels; refunds wait for a person's approval")
    .argument('<message...>', 'what the customer asks')
    .requiredOption('--customer <id>', 'whose rows are seen', toCustomer)
    .option('--max-turns <n>', 'turns of the model; 6 unless given', toNumber)
    .option('--token-budget <n>', 'tokens of the whole run; 60000 unless given', toNumber)
    .option('--approval-timeout <time>', 'how long a person has to approve; 7 days unless given');
  addSharedOptions(addRunOptions(support)).action(action(startSupport));
  const approve = program
    .command('approve')
    .description('approve what a run waits for, or reject it')
    .argument('<id>', 'the run')
    .argument('<call>', 'the call that waits')
    .option('--reject', 'say no')
    .option('--reason <text>', 'why, for the agent and the record')
    .option('--by <name>', 'who decides; your user name unless given');
  addSharedOptions(approve).action(action(decide));
}

function startSupport(invocation: Invocation<SupportOptions>, words: readonly string[]): Promise<ExitCode> {
  const { customer, maxTurns, tokenBudget, approvalTimeout } = invocation.options;
  const message = words.join(' ').trim();
  const agent: AgentOptions = {
    ...(maxTurns === undefined ? {} : { maxTurns }),
    ...(tokenBudget === undefined ? {} : { tokenBudget }),
    ...(approvalTimeout === undefined ? {} : { approvalTimeout: approvalTimeout as never }),
  };
  const input = { message, customer, agent, options: runOptions(invocation.options) };
  return startAndFollow(invocation, 'support', input, message);
}

async function decide(invocation: Invocation<ApproveOptions>, runId: string, call: string): Promise<ExitCode> {
  const session = await invocation.session();
  // A worker that serves runs answers questions as well; the other way round it would have to be replaced.
  await session.needWorker('runs');
  const { status } = await viewOf(session, runId);
  if (status !== 'running') throw new FanfoldError('RunClosed', `Run '${runId}' is over (${status})`);
  const { reject, reason, by = userName() } = invocation.options;
  const decision = { by, ...(reason === undefined ? {} : { reason }) };
  await (reject ? session.client.reject(runId, call, decision) : session.client.approve(runId, call, decision));
  invocation.say(`${call} is ${reject ? 'rejected' : 'approved'} by ${by}`);
  return followToEnd(invocation, runId);
}

/** A container may have no user that the system knows. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}

function toCustomer(text: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('It must be the number of a customer, such as 7.');
}
