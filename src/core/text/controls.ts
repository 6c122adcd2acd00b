/** What no reader sees and some displays obey: control characters, and marks that turn the direction of writing. */

/** C0 but for tab and line break, DEL and C1, line and paragraph separators, and the marks and isolates of direction. */
const controls =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g;

/**
 * A text without characters that a display would obey. A lone carriage return becomes a line break, half a surrogate
 * pair the mark for what is no character; all else stays as it is.
 */
export function withoutControls(text: string): string {
  return wellFormed(text)
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(controls, '');
}

/** A JSON text that means the same and holds no such character: each is written as its escape. */
export function escapedJson(json: string): string {
  return json.replaceAll(controls, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value as JSON for a file, an answer or an event: as `JSON.stringify` writes it, and clean as {@link escapedJson}. */
export function cleanJson(value: unknown, space?: number): string {
  return escapedJson(JSON.stringify(value, undefined, space));
}

/** A line of a log: what goes on below it is indented, so that no text can look like an entry of its own. */
export function logText(message: string): string {
  return withoutControls(message.slice(0, longestEntry)).replaceAll('\n', '\n  ');
}

const longestEntry = 20_000;

/** Blanks of any kind as one space each, none at the ends, and at most so many characters. */
export function oneLine(text: string, most = 10_000): string {
  const line = withoutControls(text.slice(0, most * 4))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}

/** Half a surrogate pair is no text: replaced by U+FFFD, as `String.prototype.toWellFormed` does. */
function wellFormed(text: string): string {
  return text.replaceAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, (each) =>
    each.length === 2 ? each : '\uFFFD',
  );
}
