/** Limits of a run that is small and may yet do all that one may. */
export const smallLimits = {
  maxTurns: 5,
  maxReturns: 2,
  maxCalls: 3,
  contextTokens: 2000,
  answerTokens: 100,
  overheadTokens: 50,
  tokenBudget: 20_000,
};
