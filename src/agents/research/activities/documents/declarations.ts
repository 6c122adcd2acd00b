/** Splits type declarations: a section is a doc comment with what it documents; undocumented ones are left out. */
import { withoutEnd } from '../../../../core/text/index.ts';
import type { DocumentSection } from './section.ts';

const most = 1800;
/** Of a comment so many characters are read. */
const longestComment = 20_000;

export function splitDeclarations(declarations: string): DocumentSection[] {
  const sections: DocumentSection[] = [];
  let line = 1;
  let reached = 0;
  for (const { start, end, comment, signature } of documented(declarations)) {
    line += newlines(declarations.slice(reached, start));
    reached = start;
    const prose = proseOf(comment);
    // A shorter comment only repeats the name below it.
    if (prose.length < 60) continue;
    const heading = nameOf(signature);
    const last = line + newlines(declarations.slice(start, end));
    // The name is what the comment's first sentence is about, so it stands before it.
    const text = [
      heading === '' ? prose : `\`${heading}\`: ${prose}`,
      heading === '' ? '' : `\`${signature.slice(0, 300)}\``,
    ];
    sections.push({ heading, place: `#L${line}-L${last}`, text: text.join('\n\n').trim().slice(0, most) });
  }
  return sections;
}

interface Documented {
  readonly start: number;
  readonly end: number;
  readonly comment: string;
  /** What stands on the line of its end, or else on the next one. */
  readonly signature: string;
}

function* documented(declarations: string): Generator<Documented> {
  for (let start = declarations.indexOf('/**'); start !== -1;) {
    const close = declarations.indexOf('*/', start + 3);
    if (close === -1) return;
    const beside = lineAt(declarations, close + 2);
    const below = beside.text === '' ? lineAt(declarations, beside.end + 1) : beside;
    const signature = withoutEnd(below.text.slice(0, longestComment), '{').trim();
    const comment = declarations.slice(start + 3, Math.min(close, start + longestComment));
    yield { start, end: below.end, comment, signature };
    start = declarations.indexOf('/**', below.end);
  }
}

function lineAt(text: string, from: number): { readonly text: string; readonly end: number } {
  const found = text.indexOf('\n', from);
  const end = found === -1 ? text.length : found;
  return { text: text.slice(from, end).trim(), end };
}

/** The comment as prose: without its stars, its examples and its tags, links as their text. */
function proseOf(comment: string): string {
  const lines: string[] = [];
  let isExample = false;
  for (const line of comment.split('\n')) {
    const bare = line.trim().replace(/^\*\s?/, '');
    isExample = bare.startsWith('@example') || (isExample && !bare.startsWith('@'));
    if (!isExample) lines.push(withoutTag(bare));
  }
  return lines
    .join('\n')
    .replaceAll(/\{@link(?:code|plain)?\s([^{}]{0,500})\}/g, (_, link: string) => labelOf(link))
    .trim();
}

/** `@param name - text` is a paragraph of its own; of other tags nothing stays but those that say something. */
function withoutTag(line: string): string {
  const tag = /^@(\w{1,40})\s{0,20}/.exec(line);
  if (!tag) return line;
  const [mark, name = ''] = tag;
  const rest = line.slice(mark.length);
  if (/^(?:returns?|throws|remarks|default(?:Value)?|deprecated)$/.test(name)) return `\n${rest}`;
  if (!/^(?:param|typeParam|template)$/.test(name)) return '';
  return `\n${rest.replace(/^\{[^{}]{0,500}\}\s{0,20}/, '').replace(/^\S{1,200}\s{0,20}-?\s{0,20}/, '')}`;
}

/** `target label` and `target | label` as their label, where there is one. */
function labelOf(link: string): string {
  const [target = '', ...label] = link.trim().split(/[|\s]+/);
  return label.filter(Boolean).join(' ') || target;
}

function nameOf(signature: string): string {
  if (/^(?:\/\*|constructor\b)/.test(signature)) return '';
  const declared = /\b(?:class|interface|type|function|const|enum|namespace)\s+([\w$]+)/.exec(signature)?.[1];
  return (
    declared ??
    /^(?:(?:readonly|static|protected|abstract|get|set|export|declare)\s+)*([\w$]+)/.exec(signature)?.[1] ??
    ''
  );
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}
