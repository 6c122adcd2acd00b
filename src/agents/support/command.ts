/** `support` starts the agent for one customer; `approve` says yes or no to what waits for a person, and follows the run on. */
import { supportKind } from './kind.ts';
import {
  given,
  type Face,
  wrap,
  type ExitCode,
  action,
  addSharedOptions,
  type Invocation,
  type SharedOptions,
  addRunOptions,
  runOptions,
  toNumber,
  startAndFollow,
} from '../../command.ts';
import { InvalidArgumentError, type Command } from 'commander';
import type { Duration } from '../../index.ts';
import type { AgentOptions, SupportInput } from './pure/types.ts';
import { isAgentAnswer } from '../loop/pure/types.ts';
import { agentText } from '../loop/text.ts';

interface SupportOptions extends SharedOptions {
  readonly customer: number;
  readonly maxTurns?: number;
  readonly tokenBudget?: number;
  /** As it was typed; the kind's schema refuses what is no duration. */
  readonly approvalTimeout?: Duration;
}

function addSupport(program: Command): void {
  const support = program
    .command('support')
    .description("answer a customer from their own orders, payments and parcels; refunds wait for a person's approval")
    .argument('<message...>', 'what the customer asks')
    .requiredOption('--customer <id>', 'whose rows are seen', toCustomer)
    .option('--max-turns <n>', 'turns of the model; 6 unless given', toNumber)
    .option('--token-budget <n>', 'tokens of the whole run; 60000 unless given', toNumber)
    .option('--approval-timeout <time>', 'how long a person has to approve; 7 days unless given');
  addSharedOptions(addRunOptions(support)).action(action(startSupport));
}

function startSupport(invocation: Invocation<SupportOptions>, words: readonly string[]): Promise<ExitCode> {
  const { customer, maxTurns, tokenBudget, approvalTimeout } = invocation.options;
  const message = words.join(' ').trim();
  const agent: AgentOptions = {
    ...given({ maxTurns, tokenBudget, approvalTimeout }),
  };
  const input = { message, customer, agent, options: runOptions(invocation.options) };
  return startAndFollow(invocation, supportKind, input, message);
}

function toCustomer(text: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('It must be the number of a customer, such as 7.');
}

export const supportFace: Face<SupportInput> = {
  kind: supportKind,
  add: addSupport,
  text(answer, { width, paint, question }) {
    if (!isAgentAnswer(answer)) return [];
    const asked = question === undefined ? [] : [paint('bold', wrap(question, width))];
    return [...asked, agentText(answer, width, paint)];
  },
};
