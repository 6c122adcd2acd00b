/** Parts of a text by where they stand. */

/** From the first character, up to the one behind the last. */
export type Span = readonly [from: number, to: number];

export function spanOf({ 0: found, index }: RegExpExecArray): Span {
  return [index, index + found.length];
}

/** In their order, without those that begin inside another. */
export function apart(spans: readonly Span[]): Span[] {
  let end = 0;
  return spans
    .toSorted(([one], [other]) => one - other)
    .filter(([from, to]) => {
      if (from < end) return false;
      end = to;
      return true;
    });
}
