/**
 * Text for a terminal: as wide as it is, in colour only where colour shows. Widths are columns, of which wide scripts take two a character.
 * Lines are wrapped here, as `wrap-ansi` knows no hanging indent and takes the square of the time for a long word.
 */
import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { oneLine } from '../core/text/controls.ts';
import { terminalText } from '../core/text/terminal.ts';
import type { Paint } from '../runs/face.ts';

export { many, span } from '../core/text/span.ts';
export type { Paint } from '../runs/face.ts';

/**
 * Plain text unless the stream is a terminal that nobody asked to stay plain.
 *
 * @example const paint = painter(process.stdout); await write(paint('bold', title));
 */
export function painter(stream: NodeJS.WriteStream): Paint {
  return showsColour(stream) ? (style, text) => styleText(style, text) : (_style, text) => text;
}

/** Text as a stream shows it: no character of it does more to a terminal than stand there, or colour what stands there. */
export function shown(text: string, stream: NodeJS.WriteStream): string {
  return terminalText(text, showsColour(stream));
}

/**
 * A word of a command that somebody may copy into a shell: as it is where it is plain, else in quotes.
 *
 * @example const command = callOf(`show ${shellWord(runId)}`);
 */
export function shellWord(text: string): string {
  const word = oneLine(text);
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function showsColour(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}

/** Long lines tire the eye, so a wide terminal is not filled. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return Math.max(40, Math.min(stream.columns || 80, 100));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Segmenting takes the square of the time for the length of a text, so that long ones go through it in pieces. */
const pieceLength = 500;

/**
 * Lines of at most `width` columns, each after `indent`; a word that is longer stands alone, unless its script has no blanks.
 *
 * @example const text = wrap(answer.text, width, '  ');
 */
export function wrap(text: string, width: number, indent = ''): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, width - indent.length))
    .map((line) => (line === '' ? '' : indent + line))
    .join('\n');
}

function wrapLine(line: string, width: number): string[] {
  const lead = /^\s*(?:(?:[-*+]|\d+[.)]|\[\d+\])\s+)?/.exec(line)?.[0] ?? '';
  const hanging = ' '.repeat(lead.length);
  const lines: string[] = [];
  let current = lead;
  let columns = lead.length;
  for (const word of line.slice(lead.length).split(/\s+/).filter(Boolean)) {
    const isFirst = columns === lead.length;
    const [first = '', ...rest] = brokenWord(word, width - lead.length);
    const needed = columnsOf(first);
    if (!isFirst && columns + 1 + needed > width) {
      lines.push(current);
      current = hanging + first;
      columns = lead.length + needed;
    } else {
      current += isFirst ? first : ` ${first}`;
      columns += isFirst ? needed : needed + 1;
    }
    for (const part of rest) {
      lines.push(current);
      current = hanging + part;
      columns = lead.length + columnsOf(part);
    }
  }
  return [...lines, current.trimEnd()];
}

/** A word of a wide script ends nowhere, so it may be broken anywhere; others are addresses, numbers and names. */
function brokenWord(word: string, width: number): string[] {
  const total = columnsOf(word);
  if (total <= width || total <= word.length) return [word];
  const parts: string[] = [];
  let [start, columns] = [0, 0];
  for (const { segment, index } of charactersOf(word)) {
    const needed = stringWidth(segment);
    if (columns + needed > width && index > start) {
      parts.push(word.slice(start, index));
      [start, columns] = [index, 0];
    }
    columns += needed;
  }
  return [...parts, word.slice(start)];
}

/**
 * The most of the beginning of `text` that `width` columns have room for.
 *
 * @example const beginning = fitting(page.title, 20);
 */
export function fitting(text: string, width: number): string {
  let columns = 0;
  for (const { segment, index } of charactersOf(text)) {
    columns += stringWidth(segment);
    if (columns > width) return text.slice(0, index);
  }
  return text;
}

/**
 * One line of at most `width` columns.
 *
 * @example const line = truncateToWidth(page.title, width);
 */
export function truncateToWidth(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return fitting(line, width) === line ? line : `${fitting(line, Math.max(0, width - 1))}…`;
}

/**
 * Columns of a terminal that a text takes.
 *
 * @example const padded = name + ' '.repeat(Math.max(0, 20 - columnsOf(name)));
 */
export function columnsOf(text: string): number {
  return piecesOf(text).reduce((sum, piece) => sum + stringWidth(piece), 0);
}

function* charactersOf(text: string): Generator<{ segment: string; index: number }> {
  let from = 0;
  for (const piece of piecesOf(text)) {
    for (const { segment, index } of graphemes.segment(piece)) yield { segment, index: from + index };
    from += piece.length;
  }
}

function piecesOf(text: string): string[] {
  if (text.length <= pieceLength) return [text];
  const pieces: string[] = [];
  for (let from = 0; from < text.length; from += pieces.at(-1)?.length ?? pieceLength) {
    const piece = text.slice(from, from + pieceLength);
    // No pair of surrogates is parted.
    pieces.push(/[\uD800-\uDBFF]$/.test(piece) ? piece.slice(0, -1) || piece : piece);
  }
  return pieces;
}

/** With blanks behind it as far as `width` columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}
