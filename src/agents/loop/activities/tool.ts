/**
 * A tool of an agent: its schema, and what it does. One that acts is checked before, executed under a key, and read back after.
 * The surprising rule: who it is about comes from the run, never from the arguments, so no model can ask about another.
 */
import { z } from 'zod';
import type { ToolDeclaration } from '../../model/conversation.ts';
import type { ToolOutput, ToolResult } from '../pure/conversation.ts';

export interface CallContext {
  /** Who the run is about, as the run was started. */
  readonly subject: unknown;
  readonly signal: AbortSignal;
  /** Whether a fault that may pass should be thrown, since another attempt follows. */
  readonly mayRetry: boolean;
}

/** One key an execution, however often it is tried. */
export interface ExecuteContext extends CallContext {
  readonly key: string;
}

interface Described<I> {
  readonly description: string;
  readonly schema: z.ZodType<I>;
}

export interface ReadTool<I = unknown> extends Described<I> {
  readonly effect: 'read';
  run(input: I, context: CallContext): Promise<ToolOutput>;
}

export interface ActTool<I = unknown> extends Described<I> {
  readonly effect: 'act';
  /** Why it cannot be done; undefined where it can. Changes nothing. */
  check(input: I, context: CallContext): Promise<string | undefined>;
  /** Does it once for a key, however often it is called. */
  execute(input: I, context: ExecuteContext): Promise<ToolOutput>;
  /** Reads its effect back. */
  verify(input: I, context: ExecuteContext): Promise<ToolResult>;
}

/** Does nothing itself: its answer is the person's. */
export interface AskTool extends Described<unknown> {
  readonly effect: 'ask';
}

export type Tool = ReadTool | ActTool | AskTool;

/** Forgets the type of the input; the schema is what guards it. */
export function readTool<I>(tool: Omit<ReadTool<I>, 'effect'>): ReadTool {
  const { description, schema } = tool;
  return { effect: 'read', description, schema, run: (input, context) => tool.run(schema.parse(input), context) };
}

export function actTool<I>(tool: Omit<ActTool<I>, 'effect'>): ActTool {
  const { description, schema } = tool;
  return {
    effect: 'act',
    description,
    schema,
    check: (input, context) => tool.check(schema.parse(input), context),
    execute: (input, context) => tool.execute(schema.parse(input), context),
    verify: (input, context) => tool.verify(schema.parse(input), context),
  };
}

export function declare(tools: Readonly<Record<string, Tool>>): ToolDeclaration[] {
  return Object.entries(tools).map(([name, { description, schema }]) => ({
    name,
    description,
    parameters: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
  }));
}
