/** Policies that must see each task by itself, so that its result may not wait for that of another. */
import type { GatherOptions } from '../options.ts';

/**
 * The option that forbids that tasks travel together, if there is one.
 *
 * @example const granularity = mustSeeEach(rule) === undefined ? 50 : 'task';
 */
export function mustSeeEach<I, T>(options: GatherOptions<I, T>): string | undefined {
  return (['hedge', 'budget', 'until'] as const).find((name) => options[name]);
}
