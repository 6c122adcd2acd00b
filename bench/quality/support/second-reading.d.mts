/** What a model says of what rows do not bear out, and of what they do. */
export const ofFacts: readonly string[];
interface SecondReading {
  readonly model: string;
  /** Claims that were sent back, and that went out. */
  readonly caught: number;
  readonly out: number;
  /** True sentences that were sent back, and that went out. */
  readonly refused: number;
  readonly cleared: number;
  /** Sentences of which nobody could say. */
  readonly toPerson: number;
}
export function secondReading(
  read: (
    sentences: readonly string[],
    environment: NodeJS.ProcessEnv,
    signal: AbortSignal,
  ) => Promise<{ readonly claims: readonly number[] }>,
  claims: readonly string[],
  truths: readonly string[],
  says?: readonly string[],
): Promise<readonly SecondReading[]>;
