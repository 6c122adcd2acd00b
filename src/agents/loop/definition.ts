/** What an agent of one's own is defined by. */
import type { z } from 'zod';
import type { Duration } from '../../index.ts';
import type { Known } from './activities/index.ts';
import type { Sorting } from './activities/sort.ts';
import type { HandOverTo } from './hand-over.ts';
import type { OwnTools, ToolKit } from './own-tools.ts';
import type { Grounding } from './pure/grounding.ts';
import type { Policy } from './pure/policy.ts';
import type { PersonalData } from './pure/redact.ts';
import type { Brain } from './pure/state.ts';

/**
 * What a run of an agent may take: turns, tokens, money and time.
 *
 * @example const limits: AgentOwnLimits = { turns: 4, tokens: 20_000, approval: '2 days', deadline: '10 minutes' };
 */
export interface AgentOwnLimits {
  /** Turns of the model. @default 6 */
  readonly turns?: number;
  /** Tokens of the whole run, in and out. @default 60000 */
  readonly tokens?: number;
  /** Tokens of a conversation that the model is shown. @default 24000 */
  readonly window?: number;
  /** Money of the run, with prices per million tokens in the same currency. @default no limit */
  readonly cost?: { readonly budget: number; readonly input: number; readonly output: number };
  /** How long a person has to approve. @default '7 days' */
  readonly approval?: Duration;
  /** How long the person has to answer where the agent asks back. @default it asks nobody */
  readonly reply?: Duration;
  /** In which the whole run ends, with what there is by then. @default none */
  readonly deadline?: Duration;
}

/**
 * What an agent keeps to itself, and what its answers are held to.
 *
 * @example const policy: AgentOwnPolicy = { redact: ['card', 'iban'], grounding: { statusFields: ['status'] } };
 */
export interface AgentOwnPolicy {
  /** Personal data that reaches neither the model nor the trace. @default all kinds */
  readonly redact?: readonly PersonalData[];
  /** States, actions and addresses that an answer is held to. @default numbers, dates and addresses alone */
  readonly grounding?: Partial<Omit<Grounding, 'readsClaims' | 'readsStates' | 'readsDirections' | 'readsFacts'>>;
  /** Patterns of words that no answer may say without a row of a kind of action, beside what is read by grammar. @default none */
  readonly claims?: Policy['claims'];
}

/**
 * What is looked up before anybody thinks.
 *
 * @example const plan = (message: string): PlannedLookUp[] => [{ tool: 'orders', input: { id: numberIn(message) } }];
 */
export interface PlannedLookUp {
  readonly tool: string;
  readonly input: unknown;
  /** Of the call, once in a run. @default the tool and its place */
  readonly id?: string;
}

/**
 * An agent of one's own, as {@link defineAgent} takes it.
 *
 * @example const definition: AgentDefinition<{ customer: number }> = { name: 'desk', instructions: 'You answer from the rows.', tools: {}, subject };
 */
export interface AgentDefinition<S, I = unknown> {
  /** Of a-z, 0-9 and -, at most 40 long: its command, route and the prefix of its activities. */
  readonly name: string;
  /** The model's role, in its own prompt. */
  readonly instructions: string;
  /** By name, or made with {@link ToolKit}, whose tools know the type of the subject. */
  readonly tools: OwnTools<S> | ((kit: ToolKit<S>) => OwnTools<S>);
  /** Who a run is about. @default nobody */
  readonly subject?: z.ZodType<S>;
  readonly policy?: AgentOwnPolicy;
  readonly limits?: AgentOwnLimits;
  /** What the person wants, as data for `plan` and `answer`: by a function, or by a model and, without one, by rules. @default nothing */
  readonly classify?: ((message: string, signal: AbortSignal) => Promise<I>) | Sorting<I>;
  /** Look-ups that are made before the model is asked, and the only ones without a model. @default none */
  plan?(message: string, intent: I, by: Brain): readonly PlannedLookUp[];
  /** The answer without a model: text that cites the rows, or, where `mayCall`, a call of a tool. @default the rows as a list */
  answer?(known: Known): string | PlannedLookUp;
  /** Why the answer without a model does not answer it, so that a person takes over. @default where there are no rows */
  gap?(known: Known): string | undefined;
  /** What comes next, for whoever asked. @default nothing, or that a person takes over */
  next?(known: Known): string | undefined;
  /** Told where a person must take over: a function, or an address that is sent the run as JSON. */
  readonly onHandOver?: HandOverTo;
  /** Where the model is configured. @default the environment of the process */
  readonly environment?: NodeJS.ProcessEnv;
}
