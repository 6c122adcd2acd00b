/** An answer of research, for a person. Runs of other kinds answer otherwise, or not at all, so its shape is checked. */
import type { Answer, Citation } from './activities/synthesize.ts';
import { wrap, type Paint } from '../../cli/text.ts';

export function isAnswer(value: unknown): value is Answer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    typeof value.text === 'string' &&
    'citations' in value
  );
}

export function answerText({ text, citations, note }: Answer, width: number, paint: Paint): string {
  const cited = citations.map((citation) => citationText(citation, width, paint)).join('\n');
  const sections = [wrap(text.trim(), width), cited, note === '' ? '' : paint('dim', wrap(note, width))];
  return sections.filter((section) => section !== '').join('\n\n');
}

function citationText({ number, title, url, source }: Citation, width: number, paint: Paint): string {
  const head = `[${number}] `;
  return `${wrap(`${head}${title} (${source})`, width)}\n${' '.repeat(head.length)}${paint('dim', url)}`;
}
