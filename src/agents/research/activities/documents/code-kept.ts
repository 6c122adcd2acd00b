/** Marks taken out of a text around its code, which stays as it was written, also within a link. */
import { codeApart } from '../../../../core/text/index.ts';

/** Stands around the number of a piece of code where the rest is read; a character that no text has a use for. */
const place = '\u{10FFFD}';

/**
 * @param change of the text outside of code, in which a piece of code is one word between backticks
 * @param shown how code is given back. @default with its backticks
 */
export function keepingCode(
  markdown: string,
  change: (prose: string) => string,
  shown: (code: string) => string = (code) => code,
): string {
  const parts = codeApart(markdown.replaceAll(place, ''));
  const prose = parts.map((part, at) => (at % 2 === 1 ? `\`${place}${at}${place}\`` : part)).join('');
  return change(prose).replaceAll(/`\u{10FFFD}(\d{1,9})\u{10FFFD}`/gu, (_all, at) => shown(parts[Number(at)] ?? ''));
}

/** A heading whose code is without its backticks, and its marks behind a backslash without that. */
export function plainHeading(said: string, change: (prose: string) => string): string {
  return keepingCode(said, (prose) => unescaped(unstressed(change(escaped(prose)))), bare)
    .trim()
    .slice(0, 120);
}

function bare(code: string): string {
  const marks = /^`+/.exec(code)?.[0].length ?? 0;
  const inner = code.slice(marks, -marks);
  // One blank on either side parts code from its marks, as where it begins with a backtick.
  return /^ .* $/.test(inner) && inner.trim() !== '' ? inner.slice(1, -1) : inner;
}

/** Without marks of emphasis, which come in pairs: a power such as 2**10 and `*args` have none. */
function unstressed(prose: string): string {
  const marked = /(?<![\w*])(\*{1,3})(?=[^\s*])([^*]{0,500}[^\s*])\1(?![\w*])/g;
  // Twice, as one may stand within another.
  return prose.replaceAll(marked, '$2').replaceAll(marked, '$2');
}

/** Where characters of ASCII stand while marks are taken out that they are not. */
const apart = 0x10f000;

function escaped(prose: string): string {
  return prose.replaceAll(/\\([!-/:-@[-`{-~])/g, (_all, mark: string) =>
    String.fromCodePoint(apart + mark.charCodeAt(0)),
  );
}

function unescaped(prose: string): string {
  return prose.replaceAll(/[\u{10F000}-\u{10F07F}]/gu, (mark) =>
    String.fromCodePoint((mark.codePointAt(0) ?? apart) - apart),
  );
}
