/** The command that answers what a run waits for: `approve` says yes or no, and follows the run on. */
import { given } from '../core/given.ts';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { FanfoldError } from '../errors.ts';
import { attend } from './attend.ts';
import type { ExitCode } from './exit.ts';
import { followToEnd } from './follow.ts';
import { viewOf } from './inspect-commands.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';

interface ApproveOptions extends SharedOptions {
  readonly reject?: true;
  readonly reason?: string;
  readonly by?: string;
}

export function addApprove(program: Command): void {
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

async function decide(invocation: Invocation<ApproveOptions>, runId: string, call: string): Promise<ExitCode> {
  const session = await invocation.session();
  await attend(session, runId);
  const { status } = await viewOf(session, runId);
  if (status !== 'running') throw new FanfoldError('RunClosed', `Run '${runId}' is over (${status})`);
  const { reject, reason, by = userName() } = invocation.options;
  const decision = { by, ...given({ reason }) };
  await session.client.say(runId, reject ? 'reject' : 'approve', { callId: call, ...decision });
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
