/** Cuts type declarations: a section is a doc comment with what it documents; undocumented ones are left out. */
import type { DocumentSection } from './section.ts';

const most = 1800;

export function cutDeclarations(declarations: string): DocumentSection[] {
  const sections: DocumentSection[] = [];
  let line = 1;
  let reached = 0;
  for (const match of declarations.matchAll(/\/\*\*([\s\S]*?)\*\/[^\S\n]*\n?([^\n]*)/g)) {
    line += newlines(declarations.slice(reached, match.index));
    reached = match.index;
    const prose = proseOf(match[1] ?? '');
    // A shorter comment only repeats the name below it.
    if (prose.length < 60) continue;
    const signature = (match[2] ?? '').trim().replace(/\s*\{$/, '');
    const heading = nameOf(signature);
    const last = line + newlines(match[0]);
    // The name is what the comment's first sentence is about, so it stands before it.
    const text = [
      heading === '' ? prose : `\`${heading}\`: ${prose}`,
      heading === '' ? '' : `\`${signature.slice(0, 300)}\``,
    ];
    sections.push({ heading, place: `#L${line}-L${last}`, text: text.join('\n\n').trim().slice(0, most) });
  }
  return sections;
}

/** The comment as prose: without its stars, its examples and its tags, links as their text. */
function proseOf(comment: string): string {
  return comment
    .replace(/^[^\S\n]*\*[^\S\n]?/gm, '')
    .replace(/@example[\s\S]*?(?=\n@|$)/g, '')
    .replace(
      /\{@link(?:code|plain)?\s+([^}|\s]+)(?:[|\s]+([^}]*))?\}/g,
      (_, target: string, label?: string) => label || target,
    )
    .replace(/^@(?:param|typeParam|template)\s+(?:\{[^}]*\}\s*)?\S+\s*-?\s*/gm, '\n')
    .replace(/^@(?:returns?|throws|remarks|default(?:Value)?|deprecated)\b\s*/gm, '\n')
    .replace(/^@\w+.*$/gm, '')
    .trim();
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
