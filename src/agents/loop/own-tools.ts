/** Tools of an agent of one's own: `read` looks something up, `act` changes something. */
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { checkNames, given, InvalidOptionsError } from '../../index.ts';
import { actTool, readTool, type CallContext, type ExecuteContext, type Tool } from './activities/tool.ts';
import { askTool } from './pure/ask.ts';
import type { Row, ToolOutput, ToolResult } from './pure/conversation.ts';
import type { ActPolicy, ReadPolicy, ToolPolicy } from './pure/policy.ts';

/**
 * What a tool's function is given beside its input.
 *
 * @example const run = (_: unknown, { subject, signal }: ToolContext<Customer>) => ordersOf(subject.customer, signal);
 */
export interface ToolContext<S> {
  /** Who the run is about, checked by the agent's `subject`. */
  readonly subject: S;
  readonly signal: AbortSignal;
  /** Whether what is thrown is tried again, so that a fault which passes should be thrown and not answered. */
  readonly mayRetry: boolean;
}

/**
 * What a tool's function gives: rows, and beside them a note where a reader must know more, such as that there are others.
 *
 * @example const found: FoundRows = { rows: [{ ref: 'order 1042' }], note: 'Older orders were not looked at.' };
 */
export type FoundRows = readonly Row[] | ToolOutput;

/**
 * What it is given where it acts.
 *
 * @example const run = async ({ cents }: Refund, { subject, key }: ActContext<Customer>) => refundOnce(key, subject.customer, cents);
 */
export interface ActContext<S> extends ToolContext<S> {
  /** The same for each attempt of one execution, and for no other: what makes an action happen once. */
  readonly key: string;
}

/**
 * A tool as {@link read} and {@link act} make it.
 *
 * @example const tools: Record<string, OwnTool<Customer>> = { orders: read({ description: 'The orders', input, run }) };
 */
export interface OwnTool<S> {
  readonly policy: ToolPolicy;
  bind(subject: z.ZodType<S>): Tool;
}

/**
 * A tool that looks something up, as {@link read} takes it.
 *
 * @example const orders: ReadOptions<{ id: number }, Customer> = { description: 'An order', input, run: async ({ id }) => rowsOf(id) };
 */
export interface ReadOptions<I, S> extends Pick<ReadPolicy, 'limit'> {
  readonly description: string;
  readonly input: z.ZodType<I>;
  /** What each row must be, beside its `ref`; checked before the agent sees it. @default any row */
  readonly output?: z.ZodType | undefined;
  /** Rows that an answer may cite by their `ref`, such as `order 1042`. */
  run(input: I, context: ToolContext<S>): Promise<FoundRows> | FoundRows;
}

/**
 * A tool that changes something, as {@link act} takes it.
 *
 * @example const refund: ActOptions<Refund, Customer> = { description: 'Refunds', input, check, run, verify, approval: 'always' };
 */
export interface ActOptions<I, S> extends Pick<ActPolicy, 'approval' | 'amount' | 'limit'> {
  readonly description: string;
  readonly input: z.ZodType<I>;
  readonly output?: z.ZodType | undefined;
  /** Why it cannot be done; nothing where it can. Changes nothing. */
  check?(input: I, context: ToolContext<S>): Promise<string | undefined> | string | undefined;
  /** Does it, once for a `key`, however often it is called. */
  run(input: I, context: ActContext<S>): Promise<FoundRows> | FoundRows;
  /** Reads back what was done, as rows; none where it was not. */
  verify(input: I, context: ActContext<S>): Promise<FoundRows> | FoundRows;
}

const ofRead = ['description', 'input', 'output', 'run', 'limit'];

/**
 * A tool that looks something up. Those of one turn run side by side, each retried by itself.
 *
 * @example read({ description: 'The orders', input: z.object({}), run: async (_, { subject }) => ordersOf(subject) })
 */
export function read<I, S = unknown>(options: ReadOptions<I, S>): OwnTool<S> {
  checkNames(options, ofRead, '`read`');
  const { description, input, output, limit } = options;
  return {
    policy: { effect: 'read', ...given({ limit }) },
    bind: (subject) =>
      readTool({
        description,
        schema: input,
        run: async (asked, context) => rowsOf(await options.run(asked, contextOf(subject, context)), output),
      }),
  };
}

/**
 * A tool that changes something: checked, approved where the policy says so, executed under a key and read back.
 *
 * @example act({ description: 'Pays', input, approval: { above: 5000 }, amount: { field: 'cents', max: 50_000 }, run, verify })
 */
export function act<I, S = unknown>(options: ActOptions<I, S>): OwnTool<S> {
  checkNames(options, [...ofRead, 'check', 'verify', 'approval', 'amount'], '`act`');
  const { description, input, output, approval = 'always', amount, limit } = options;
  if (approval !== 'always' && !amount)
    throw new InvalidOptionsError('approval', 'needs `amount`, whose field says what is above it', approval);
  return {
    policy: { effect: 'act', approval, ...given({ amount, limit }) },
    bind: (subject) =>
      actTool({
        description,
        schema: input,
        check: async (asked, context) => options.check?.(asked, contextOf(subject, context)),
        execute: async (asked, context) => rowsOf(await options.run(asked, actContextOf(subject, context)), output),
        async verify(asked, context): Promise<ToolResult> {
          const found = rowsOf(await options.verify(asked, actContextOf(subject, context)), output);
          if (found.rows.length > 0) return { ok: true, output: found };
          return { ok: false, message: 'What was done could not be read back' };
        },
      }),
  };
}

function contextOf<S>(schema: z.ZodType<S>, { subject, signal, mayRetry }: CallContext): ToolContext<S> {
  return { subject: schema.parse(subject), signal, mayRetry };
}

function actContextOf<S>(schema: z.ZodType<S>, context: ExecuteContext): ActContext<S> {
  return { ...contextOf(schema, context), key: context.key };
}

const rowShape = z
  .array(
    z.looseObject({ ref: z.string().regex(/^[A-Za-z]+ [\w-]+$/, 'must be a word and a name, such as `order 1042`') }),
  )
  .max(1000);

function rowsOf(found: FoundRows, output: z.ZodType = z.unknown()): ToolOutput {
  const { rows, note } = found instanceof Object && 'rows' in found ? found : { rows: found };
  const checked = rowShape.safeParse(rows);
  const wrong = checked.success ? rows.map((row) => output.safeParse(row)).find(({ success }) => !success) : checked;
  if (!wrong?.error) return { rows, ...given({ note }) };
  const message = `The tool gave rows that cannot be used: ${z.prettifyError(wrong.error).slice(0, 500)}`;
  throw ApplicationFailure.nonRetryable(message, 'MalformedRows');
}

export type OwnTools<S> = Readonly<Record<string, OwnTool<S>>>;

/**
 * {@link read} and {@link act} for the subject of one agent.
 *
 * @example const tools = ({ read }: ToolKit<Customer>) => ({ orders: read({ description: 'The orders', input, run }) });
 */
export interface ToolKit<S> {
  read<I>(options: ReadOptions<I, S>): OwnTool<S>;
  act<I>(options: ActOptions<I, S>): OwnTool<S>;
}

/**
 * As they are, or as they are made with the kit.
 *
 * @param asks whether the agent may ask the person back
 * @throws {InvalidOptionsError} where one has the name of the tool by which it asks
 */
export function toolsOf<S>(tools: OwnTools<S> | ((kit: ToolKit<S>) => OwnTools<S>), asks: boolean): OwnTools<S> {
  const own = typeof tools === 'function' ? tools({ read, act }) : tools;
  if (!asks) return own;
  if (Object.hasOwn(own, askTool))
    throw new InvalidOptionsError(
      `tools.${askTool}`,
      'is the name of the tool by which an agent with `limits.reply` asks',
    );
  return { ...own, [askTool]: { policy: { effect: 'ask' }, bind: () => askBack } };
}

const askBack = {
  effect: 'ask',
  description: 'Asks the person back, once, where what they want cannot be looked up; they may need days to answer',
  schema: z.object({ question: z.string().min(1).max(1000).describe('One question, in the language of the person') }),
} satisfies Tool;
