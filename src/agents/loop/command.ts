/** `fanfold agent NAME "…"` asks an agent of one's own; what waits for a person is answered by `approve`. */
import type { Command } from 'commander';
import {
  action,
  attend,
  addRunOptions,
  addSharedOptions,
  FanfoldError,
  followToEnd,
  parseExactly,
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
import { isAgentAnswer, type AgentInput } from './pure/types.ts';
import { agentText } from './text.ts';

interface AgentCommandOptions extends SharedOptions {
  readonly subject?: string;
  readonly thread?: string;
}

function addAgent(program: Command): void {
  const agent = program
    .command('agent')
    .description('ask an agent of your own, as `fanfold.config` lists them')
    .argument('<name>', 'the agent')
    .argument('<message...>', 'what it is asked')
    .option('--subject <json>', 'who it is about, as JSON: {"customer":7}')
    .option('--thread <id>', 'the conversation that it goes on with, or begins');
  addSharedOptions(addRunOptions(agent)).action(action(ask));
  const reply = program
    .command('reply')
    .description('answer what a run has asked back')
    .argument('<id>', 'the run')
    .argument('<text...>', 'the answer');
  addSharedOptions(reply).action(action(answerBack));
}

function ask(invocation: Invocation<AgentCommandOptions>, agent: string, words: readonly string[]): Promise<ExitCode> {
  const message = words.join(' ').trim();
  const subject = subjectOf(invocation.options.subject);
  const input = { agent, message, ...given({ subject }), options: runOptions(invocation.options) };
  const { thread } = invocation.options;
  return thread === undefined
    ? startAndFollow(invocation, agentKind, input, message)
    : goOn(invocation, thread, input, message);
}

async function goOn(
  invocation: Invocation<AgentCommandOptions>,
  thread: string,
  input: AgentInput,
  message: string,
): Promise<ExitCode> {
  const session = await invocation.session();
  // Whether its last run asks something only a worker can say.
  await attend(session, thread);
  await session.beginWhereServed();
  await session.client.converse(thread, agentKind, input);
  return followToEnd(invocation, thread, message);
}

async function answerBack(invocation: Invocation, runId: string, words: readonly string[]): Promise<ExitCode> {
  const session = await invocation.session();
  await attend(session, runId);
  await session.client.say(runId, 'reply', { text: words.join(' ').trim() });
  return followToEnd(invocation, runId);
}

function subjectOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    // An id of 64 bits that was rounded would be another customer's.
    return parseExactly(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `--subject must be JSON, such as {"customer":7}, and is '${text.slice(0, 80)}': ${why}`;
    throw new FanfoldError('InvalidInput', message, 'subject');
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
