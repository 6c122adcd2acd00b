/** What the steps of research in depth have in common. */
import type { Completion } from '../../../model/completion.ts';

export interface StepContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export interface Tokens {
  /** What the step cost, as the endpoint reports it, or a guess by characters where it does not. */
  readonly tokens: number;
}

export function tokensSpent({ inputTokens, outputTokens }: Completion['usage']): number {
  return inputTokens + outputTokens;
}
