/** What is true of any run that is told, whatever is wrong with it. */
import { expect } from 'vitest';
import type { Told } from './doors.ts';

/** As many results as were counted, or an error that has a name. */
export function assertTrue({ view, results, error }: Told): void {
  if (error) {
    expect(error.type).not.toBe('Error');
    expect(error.message).not.toBe('');
    return;
  }
  const fanIn = view?.fanIn;
  if (!fanIn || !results) return;
  expect(results).toHaveLength(fanIn.successCount + fanIn.failureCount);
  const lost = results.filter((result) => !result.success && result.error.name === 'ResultsLost').length;
  expect(results.filter(({ success }) => success)).toHaveLength(fanIn.successCount - lost);
}

/** Told as an error of one of these types, and by a command with a code that says so. */
export const isError =
  (...types: string[]) =>
  ({ error, view, code }: Told): void => {
    const said = error ?? view?.resultsProblem ?? view?.error;
    expect(types).toContain(said?.type);
    if (code !== undefined) expect(code).not.toBe(0);
  };

/** An agent that could not look says neither that the question is answered nor that there is nothing. */
export function isUnanswered(answer: { readonly text: string; readonly nextAction: string } | undefined): void {
  expect(answer?.nextAction).not.toMatch(/question is answered/i);
  expect(answer?.text).not.toMatch(/no order|check the number|there (is|are) no/i);
}
