/** An agent's run as one value of plain JSON: where it is, what was said, what is known, and what it has cost. */
import { given } from '../../../index.ts';
import type {
  EarlierMessage,
  LookUp,
  Message,
  Row,
  ToolCall,
  ToolOutput,
  ToolResult,
  UsableCall,
} from './conversation.ts';
import type { Policy } from './policy.ts';

/** Who thinks: a language model, or rules that need none. */
export type Brain = 'model' | 'rules';

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** By the prices that are set for the model; absent where there are none. */
  readonly cost?: number;
  /** Counted by characters, at least in part, since the endpoint did not say. */
  readonly isGuess?: true;
}

export interface LoopLimits {
  /** Turns of the model or the rules; one more is taken to close with what there is. */
  readonly maxTurns: number;
  /** How often the guardrails send the loop back. */
  readonly maxReturns: number;
  /** Calls of one turn; those beyond are refused. */
  readonly maxCalls: number;
  /** Tokens of a conversation that the model is shown. */
  readonly contextTokens: number;
  /** Tokens of one answer. */
  readonly answerTokens: number;
  /** Tokens of instructions and tool descriptions, counted against the budget with each turn. */
  readonly overheadTokens: number;
  /** Tokens of the whole run, in and out. */
  readonly tokenBudget: number;
  /** In any one currency; prices are per million tokens, as they are published. */
  readonly cost?: { readonly budget: number; readonly input: number; readonly output: number };
}

export interface Rules {
  readonly policy: Policy;
  /** What a person said earlier is looked at as their message is. @default it is not */
  readonly screensEarlier?: true;
  readonly limits: LoopLimits;
}

/** Why the model was not asked any further. */
export type LoopLimit =
  | 'maxTurns'
  | 'maxReturns'
  | 'tokenBudget'
  | 'costBudget'
  | 'tenantBudget'
  | 'contextWindow'
  | 'modelFailed'
  | 'deadline';

export interface Approved {
  readonly call: UsableCall;
  /** Who agreed; absent where the policy asks nobody. */
  readonly by?: string;
}

export interface Executed extends Approved {
  readonly output: ToolOutput;
}

/** Sentences that are read beside what they have to rest on. */
export interface FactsToRead {
  readonly sentences: readonly string[];
  /** The rows that the answer cites, and the look-ups that found nothing, as text. */
  readonly material: string;
}

export type Phase =
  | { readonly kind: 'classify' }
  | { readonly kind: 'think'; readonly brain: Brain; readonly mayCall: boolean; readonly messages: readonly Message[] }
  | { readonly kind: 'lookUp'; readonly calls: readonly UsableCall[]; readonly held: readonly UsableCall[] }
  | { readonly kind: 'check'; readonly calls: readonly UsableCall[] }
  | { readonly kind: 'approve'; readonly waiting: readonly UsableCall[]; readonly ready: readonly Approved[] }
  | { readonly kind: 'ask'; readonly call: UsableCall }
  | { readonly kind: 'execute'; readonly calls: readonly Approved[] }
  | { readonly kind: 'verify'; readonly calls: readonly Executed[] }
  /** An answer of which some sentences are read for what they claim, since their language has no grammar here. */
  | {
      readonly kind: 'read';
      readonly text: string;
      readonly sentences: readonly string[];
      readonly facts?: FactsToRead;
    }
  | { readonly kind: 'over'; readonly outcome: LoopOutcome };

export type LoopOutcome =
  | { readonly kind: 'answered'; readonly text: string; readonly by: Brain; readonly claims?: readonly ActionClaim[] }
  | { readonly kind: 'stopped'; readonly reason: string };

export interface ActionRecord {
  readonly callId: string;
  readonly tool: string;
  readonly input: unknown;
  readonly state: 'verified' | 'unverified' | 'failed' | 'rejected';
  readonly by?: string;
  readonly note: string;
  /** References of the rows that it left, once they were read back. */
  readonly rows?: readonly string[];
  /** What an answer says of it, written by the program from the first of these rows. */
  readonly said?: string;
}

/**
 * An action as an answer tells it: the executed call and the words that were written from its record.
 *
 * @example const claim: ActionClaim = { callId: 'call_a', tool: 'refund', refs: ['refund P-1'], text: '✓ refund: amount EUR 12.00 [refund P-1]' };
 */
export interface ActionClaim {
  readonly callId: string;
  readonly tool: string;
  /** The rows that its execution left. */
  readonly refs: readonly string[];
  readonly text: string;
}

export type Step =
  | 'classify'
  | 'plan'
  | 'think'
  | 'lookUp'
  | 'guard'
  | 'approve'
  | 'ask'
  | 'execute'
  | 'verify'
  | 'outcome';

/** What an agent says of the end of its run, in place of what the loop would. */
export interface Closing {
  /** Why what the rules say does not answer it; null where it does. @default where nothing was found */
  readonly gap?: string | null;
  /** What comes next where no action is in doubt. */
  readonly next?: string;
}

export interface TraceEntry {
  readonly step: Step;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Without personal data. */
  readonly note: string;
  readonly tokens?: number;
}

export interface AgentState {
  readonly phase: Phase;
  /** What the person wants, as it was classified; JSON of the agent's own form. */
  readonly intent: unknown;
  readonly brain: Brain;
  readonly limitedBy?: LoopLimit;
  readonly messages: readonly Message[];
  /** What tools returned, by reference. */
  readonly rows: Readonly<Record<string, Row>>;
  readonly actions: readonly ActionRecord[];
  /** What was asked back in this run, and what was answered to it. */
  readonly exchanged?: readonly EarlierMessage[];
  /** Inputs of look-ups that were answered. */
  readonly asked?: readonly unknown[];
  /** Look-ups that were answered, and found nothing. */
  readonly empty?: readonly LookUp[];
  /** Tools whose last look-up failed: what they would have found is not known. */
  readonly failed?: readonly string[];
  /** Why the model could not be used, or not to the end. */
  readonly problem?: string;
  /** The answer ended because the model's tokens did. */
  readonly isTruncated?: true;
  readonly closing?: Closing;
  /** Whether a text tried to steer the model. */
  readonly flagged: boolean;
  readonly turns: number;
  readonly returns: number;
  readonly usage: Usage;
  /** The model that answered last, as it names itself. */
  readonly model?: string;
  readonly trace: readonly TraceEntry[];
}

export type AgentEvent =
  | {
      readonly kind: 'classified';
      readonly intent: unknown;
      readonly brain: Brain;
      readonly note: string;
      /** What is looked up first, whoever thinks. */
      readonly plan: readonly ToolCall[];
      readonly usage: Usage;
      /** Why the model that is configured could not be used for it. */
      readonly problem?: string;
    }
  | {
      readonly kind: 'answered';
      readonly text: string;
      readonly calls: readonly ToolCall[];
      readonly usage: Usage;
      readonly model?: string;
      /** The model's tokens ended before its answer did. */
      readonly isTruncated?: true;
      readonly extra?: Readonly<Record<string, unknown>>;
      readonly closing?: Closing;
    }
  | { readonly kind: 'failed'; readonly message: string; readonly limit?: LoopLimit }
  | { readonly kind: 'lookedUp' | 'executed' | 'verified'; readonly results: Readonly<Record<string, ToolResult>> }
  /** Why a call cannot be executed, by its id; absent where it can. */
  | { readonly kind: 'checked'; readonly problems: Readonly<Record<string, string>> }
  | ClaimsRead
  | Decided
  | Replied
  | { readonly kind: 'expired' };

/** Which of the sentences that were read claim a deed, from 0. */
export interface ClaimsRead {
  readonly kind: 'claimsRead';
  readonly claims: readonly number[];
  /** Which of those that were read beside their rows say more than these, from 0; absent from workers that read none. */
  readonly unborne?: readonly number[];
  readonly usage: Usage;
  /** Why nobody could say. */
  readonly problem?: string;
}

/** What a person said to a call. */
export interface Decided {
  readonly kind: 'decided';
  readonly callId: string;
  readonly approved: boolean;
  readonly by?: string;
  readonly reason?: string;
}

/** What a person said to the question that waits. */
export interface Replied {
  readonly kind: 'replied';
  readonly text: string;
  readonly by?: string;
}

export interface Metrics {
  readonly turns: number;
  readonly toolCalls: number;
  readonly returns: number;
  readonly approvals: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In the currency of the prices, where there are any. */
  readonly cost?: number;
  /** The tokens are a guess, at least in part: the endpoint did not say. */
  readonly isGuess?: true;
  readonly elapsedMs: number;
}

export function costOf({ cost }: LoopLimits, { inputTokens, outputTokens }: Usage): number | undefined {
  return cost && (inputTokens * cost.input + outputTokens * cost.output) / 1_000_000;
}

export function metrics({ limits }: Rules, state: AgentState): Metrics {
  const calls = state.messages.flatMap((message) => (message.role === 'assistant' ? message.calls : []));
  const cost = costOf(limits, state.usage);
  return {
    turns: state.turns,
    toolCalls: calls.length,
    returns: state.returns,
    approvals: state.actions.filter(({ by }) => by !== undefined).length,
    ...state.usage,
    ...given({ cost }),
    elapsedMs: (state.trace.at(-1)?.at ?? 0) - (state.trace[0]?.at ?? 0),
  };
}
