/** `fanfold agent NAME "…"` asks an agent of one's own; what waits for a person is answered by `approve`. */
import type { Command } from 'commander';
import {
  action,
  addRunOptions,
  addSharedOptions,
  FanfoldError,
  runOptions,
  startAndFollow,
  wrap,
  type ExitCode,
  type Face,
  type Invocation,
  type SharedOptions,
} from '../../command.ts';
import { given } from '../../index.ts';
import { agentKind } from './kind.ts';
import type { AgentInput } from './pure/types.ts';
import { agentText, isAgentAnswer } from './text.ts';

interface AgentCommandOptions extends SharedOptions {
  readonly subject?: string;
}

function addAgent(program: Command): void {
  const agent = program
    .command('agent')
    .description('ask an agent of your own, as `fanfold.config` lists them')
    .argument('<name>', 'the agent')
    .argument('<message...>', 'what it is asked')
    .option('--subject <json>', 'who it is about, as JSON: {"customer":7}');
  addSharedOptions(addRunOptions(agent)).action(action(ask));
}

function ask(invocation: Invocation<AgentCommandOptions>, agent: string, words: readonly string[]): Promise<ExitCode> {
  const message = words.join(' ').trim();
  const subject = subjectOf(invocation.options.subject);
  const input = { agent, message, ...given({ subject }), options: runOptions(invocation.options) };
  return startAndFollow(invocation, agentKind, input, message);
}

function subjectOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new FanfoldError(
      'InvalidInput',
      `--subject must be JSON, such as {"customer":7}, and is '${text.slice(0, 80)}'`,
      'subject',
    );
  }
}

export const agentFace: Face<AgentInput> = {
  kind: agentKind,
  add: addAgent,
  text(answer, { width, paint, question }) {
    if (!isAgentAnswer(answer)) return [];
    const asked = question === undefined ? [] : [paint('bold', wrap(question, width))];
    return [...asked, agentText(answer, width, paint)];
  },
};
