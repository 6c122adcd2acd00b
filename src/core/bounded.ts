/** Texts from outside, made fit for a message of the protocol: bounded, and without half a surrogate pair. */

/**
 * The text as it is, or its first `most` UTF-16 units. Half a surrogate pair reads as U+FFFD: a text that has one is none
 * that protobuf could write, and ends the process that tries.
 *
 * @example truncate('a text', 3) // 'a t'
 */
export function truncate(text: string, most: number): string {
  if (text.length <= most) return text.toWellFormed();
  const end = isHigh(text.charCodeAt(most - 1)) ? most - 1 : most;
  return text.slice(0, end).toWellFormed();
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/**
 * A value as compact JSON and back; undefined where it cannot be shown so, or where it has more than about `most`
 * characters. What it costs is bounded by `most`, not by the value.
 */
export function plainJson(value: unknown, most: number): unknown {
  let left = most;
  try {
    const text = JSON.stringify(value, (key, part: unknown) => {
      left -= key.length + (typeof part === 'string' ? part.length : 4);
      if (left < 0) throw new RangeError('too large');
      return part;
    });
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
