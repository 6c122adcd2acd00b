/** How a number of a limit went, and what came of a counter. */
import { count, span } from './format.ts';

export interface Point {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly value: number;
}

/** How often in all, and how often of late. */
export function throttledText(total: number, points: readonly Point[]): string {
  const [first, last] = [points.at(0), points.at(-1)];
  const since = steps(points).reduce((sum, { value }) => sum + value, 0);
  if (!first || !last || since <= 0) return count(total);
  return `${count(total)}, +${count(since)} in the last ${span(last.at - first.at)}`;
}

/** What came with each sample; a counter that begins anew does so at 0. */
export function steps(points: readonly Point[]): Point[] {
  return points.map(({ at, value }, index) => {
    const before = points[index - 1]?.value ?? value;
    return { at, value: value >= before ? value - before : value };
  });
}
