/** Text for a terminal: as wide as it is, in colour only where colour shows. Widths count characters, so wide scripts may overhang. */
import { styleText } from 'node:util';
import { terminalText } from '../core/text/terminal.ts';
import type { Paint } from '../runs/face.ts';

export type { Paint } from '../runs/face.ts';

/** Plain text unless the stream is a terminal that nobody asked to stay plain. */
export function painter(stream: NodeJS.WriteStream): Paint {
  return showsColour(stream) ? (style, text) => styleText(style, text) : (_style, text) => text;
}

/** Text as a stream shows it: no character of it does more to a terminal than stand there, or colour what stands there. */
export function shown(text: string, stream: NodeJS.WriteStream): string {
  return terminalText(text, showsColour(stream));
}

function showsColour(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}

/** Long lines tire the eye, so a wide terminal is not filled. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return Math.max(40, Math.min(stream.columns || 80, 100));
}

/** Lines of at most `width` characters, each after `indent`; a word that is longer stands alone and is not cut. */
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
  for (const word of line.slice(lead.length).split(/\s+/).filter(Boolean)) {
    const isFirst = current.length === hanging.length;
    if (!isFirst && current.length + 1 + word.length > width) {
      lines.push(current);
      current = hanging + word;
    } else current += isFirst ? word : ` ${word}`;
  }
  return [...lines, current.trimEnd()];
}

/** One line of at most `width` characters. */
export function cut(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}

export function span(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `1 source`, `2 sources`, `2 searches`. */
export function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : noun.endsWith('ch') ? 'es' : 's'}`;
}
