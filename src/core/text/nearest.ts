/** The name that somebody may have meant who wrote another. */

/** Undefined where none is near enough to be meant. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const asked = name.slice(0, 50).toLowerCase();
  const most = Math.max(2, asked.length / 3);
  const [best] = names
    // No nearer than their lengths are; each workflow asks for all options of its activities as it begins.
    .filter((each) => Math.abs(each.length - asked.length) <= most)
    .map((each) => ({ each, away: distance(asked, each.toLowerCase()) }))
    .toSorted((a, b) => a.away - b.away);
  return best && best.away <= most ? best.each : undefined;
}

/** Levenshtein's, of two short texts. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, unit] of from.split('').entries()) {
    const next = [line + 1];
    for (const [column, other] of to.split('').entries()) {
      next.push(
        Math.min((row[column] ?? 0) + (unit === other ? 0 : 1), (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1),
      );
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
