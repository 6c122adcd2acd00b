/**
 * Markdown as a document. It is read into elements of a few kinds that are named here, never into markup: a tag in it is text,
 * a picture is a link, and only http(s) addresses are followed.
 */
import MarkdownIt, { type Token } from 'markdown-it';
import { createElement, type ComponentChild, type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { isWebAddress } from '../../src/core/text/markup.ts';
import { LongText } from './json.tsx';

/** Beyond these it is shown as it was written: a browser lays out so much at once. */
const longest = 300_000;
const mostParts = 30_000;

const reader = new MarkdownIt({ html: false, maxNesting: 20 }).disable('image');
reader.validateLink = isWebAddress;

interface DocumentProps {
  readonly markdown: string;
  readonly label: string;
}

export function Document({ markdown, label }: DocumentProps) {
  const tokens = useMemo(() => tokensOf(markdown), [markdown]);
  if (!tokens) return <LongText text={markdown} label={label} />;
  return (
    <div class="document panel" role="group" aria-label={label}>
      {nodesOf(tokens)}
    </div>
  );
}

function tokensOf(markdown: string): Token[] | undefined {
  if (markdown.length > longest) return undefined;
  const tokens = reader.parse(markdown, {});
  const parts = tokens.reduce((sum, { children }) => sum + 1 + (children?.length ?? 0), 0);
  return parts > mostParts ? undefined : tokens;
}

interface Open {
  readonly token: Token | undefined;
  readonly inside: ComponentChild[];
}

/** Begin and end of an element stand in one list; what is between them is inside it. */
function nodesOf(tokens: readonly Token[]): ComponentChild[] {
  const open: Open[] = [{ token: undefined, inside: [] }];
  for (const token of tokens) {
    if (token.nesting === 1) open.push({ token, inside: [] });
    else if (token.nesting === 0) open.at(-1)?.inside.push(leafOf(token));
    else {
      const closed = open.pop();
      if (closed?.token) open.at(-1)?.inside.push(elementOf(closed.token, closed.inside));
    }
  }
  return open[0]?.inside ?? [];
}

function leafOf({ type, content, children }: Token): ComponentChild {
  if (type === 'inline') return nodesOf(children ?? []);
  if (type === 'code_inline') return <code>{content}</code>;
  if (type === 'fence' || type === 'code_block')
    return (
      <pre tabIndex={0} role="group" aria-label="Lines as they are">
        {content}
      </pre>
    );
  if (type === 'hr') return <hr />;
  if (type === 'hardbreak') return <br />;
  return type === 'softbreak' ? ' ' : content;
}

const plain = new Set(['p', 'ul', 'blockquote', 'li', 'thead', 'tbody', 'tr', 'em', 'strong', 's']);

function elementOf(token: Token, inside: ComponentChild[]): ComponentChild {
  const { tag, hidden } = token;
  if (hidden) return inside;
  if (plain.has(tag)) return createElement(tag, {}, inside);
  // Above it stand the run's name and the title of its answer.
  const level = /^h([1-6])$/.exec(tag)?.[1];
  if (level !== undefined) return createElement(`h${Math.min(6, Number(level) + 2)}`, {}, inside);
  if (tag === 'ol') return <ol start={Number(attributeOf(token, 'start') || 1)}>{inside}</ol>;
  if (tag === 'th' || tag === 'td') return <Cell tag={tag} style={attributeOf(token, 'style')} inside={inside} />;
  if (tag === 'table') return <Table inside={inside} />;
  if (tag !== 'a') return inside;
  return (
    <a href={attributeOf(token, 'href')} rel="noopener noreferrer" target="_blank">
      {inside}
    </a>
  );
}

function attributeOf(token: Token, name: string): string {
  return String(token.attrGet(name) ?? '');
}

interface CellProps {
  readonly tag: 'th' | 'td';
  readonly style: string;
  readonly inside: ComponentChild[];
}

function Cell({ tag, style, inside }: CellProps): JSX.Element {
  const aligned = style.includes('right') ? { class: 'number' } : {};
  // A corner without a word is no head of anything.
  const isHead = tag === 'th' && inside.flat(3).some((each) => each !== '');
  return createElement(isHead ? 'th' : 'td', { ...aligned, ...(isHead ? { scope: 'col' } : {}) }, inside);
}

function Table({ inside }: { readonly inside: ComponentChild[] }) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Table">
      <table>{inside}</table>
    </div>
  );
}
