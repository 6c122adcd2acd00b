/** A text as blocks, line by line: paragraphs, entries of lists and definitions, rows of tables, code. */
import { given } from '../../../../index.ts';
import { splitAtBlanks } from '../../../../core/text/index.ts';
import { isClosed, openedFence } from '../../pure/code-fences.ts';

export interface Block {
  readonly kind: 'paragraph' | 'entry' | 'row' | 'code';
  readonly text: string;
  /** Of a row, the head of its table. */
  readonly head?: string;
  /** Whether a heading or a rule parts it from what stands above it. */
  readonly begins?: true;
}

/** Of Markdown, reStructuredText, AsciiDoc and the comments of code; marks of the kind of block are left out. */
export function blocksOf(text: string): Block[] {
  const reader = new BlockReader();
  for (const line of text.split('\n')) {
    if (line.length <= longestLine) reader.read(line);
    else for (const part of splitAtBlanks(line, longestLine)) reader.read(part);
  }
  return reader.end();
}

const longestLine = 2000;
/** Of AsciiDoc, behind a blank line: elsewhere it underlines a title. */
const delimiterAt = /^(?:-{4,20}|\.{4,20})$/;
/** What stands below the head of a table. */
const separatorAt = /^\|?(?:\s{0,20}:?-{2,200}:?\s{0,20}\|){1,60}(?:\s{0,20}:?-{2,200}:?\s{0,20})?$/;
const entryAt = /^(?:[-*+•]|\d{1,3}[.)]|#\.)[ \t]{1,8}(?=\S)/;
/** `:name: value` and `term:: definition` say what an entry says. */
const fieldAt = /^(?::[\w .-]{1,60}:[ \t]|[\w`.-][\w` .-]{0,60}::[ \t])/;

class BlockReader {
  readonly #blocks: Block[] = [];
  #kind: Block['kind'] = 'paragraph';
  #lines: string[] = [];
  /** The mark that ends the code that is open. */
  #fence: string | undefined;
  /** The line before. */
  #above = '';
  #directive = false;
  #begins = false;
  /** The head of the table that is open; empty where it has none. */
  #head: string | undefined;

  read(line: string): void {
    const bare = line.trim();
    if (this.#fence !== undefined) return this.#inFence(line, bare);
    const fence = openedFence(bare, this.#above) ?? (this.#apart ? delimiterAt.exec(bare)?.[0] : undefined);
    if (fence !== undefined) {
      this.#open('code');
      this.#fence = fence;
    } else if (bare === '') this.#blank();
    else if (separatorAt.test(bare) && this.#isHead()) this.#table();
    else if (this.#isCode(line, bare)) this.#lines.push(line.replace(/^(?: {1,4}|\t)/, ''));
    else this.#text(bare, /^[ \t]/.test(line));
    this.#above = bare;
  }

  get #apart(): boolean {
    return this.#above === '';
  }

  end(): Block[] {
    this.#close();
    return this.#blocks;
  }

  #inFence(line: string, bare: string): void {
    if (isClosed(this.#fence ?? '', bare)) {
      this.#fence = undefined;
      this.#close();
    } else this.#lines.push(line);
  }

  #blank(): void {
    this.#head = undefined;
    if (this.#kind === 'code') this.#lines.push('');
    else if (this.#kind !== 'entry') this.#close();
  }

  /** Indented, after a blank line or a directive, and no part of an entry. */
  #isCode(line: string, bare: string): boolean {
    const indented =
      /^(?: {4}|\t| {2,3}(?=\S))/.test(line) && (line.startsWith('    ') || line.startsWith('\t') || this.#directive);
    if (this.#kind === 'code') {
      if (indented) return true;
      this.#close();
      return false;
    }
    if (!indented || !this.#apart || this.#kind === 'entry' || entryAt.test(bare)) return false;
    this.#open('code');
    return true;
  }

  #text(bare: string, indented: boolean): void {
    if (isMark(bare)) return this.#part();
    if (bare.startsWith('.. ')) {
      this.#close();
      this.#directive = /::/.test(bare);
      return;
    }
    const text = bare.replace(/^(?:\/\/{1,3}|\/\*{1,2}|\*(?=\s)|>|#(?=\s))[ \t]?/, '').replace(/\s?\*\/$/, '');
    if (text.startsWith('|') || this.#isRow(text)) return this.#row(text);
    const mark = entryAt.exec(bare)?.[0] ?? (fieldAt.test(bare) ? '' : undefined);
    if (mark !== undefined) this.#open('entry').push(bare.slice(mark.length));
    else if (this.#kind === 'row' || this.#leaves(indented)) this.#open('paragraph').push(text);
    else this.#lines.push(text);
    if (!indented) this.#directive = false;
  }

  /** What stands further left after a blank line is no part of the entry above it. */
  #leaves(indented: boolean): boolean {
    return this.#kind === 'entry' && this.#apart && !indented;
  }

  /** Whether the line before is the head of a table. */
  #isHead(): boolean {
    return this.#lines.at(-1)?.includes('|') === true;
  }

  /** The line before was its head. */
  #table(): void {
    const head = this.#lines.pop() ?? '';
    this.#close();
    this.#head = cellsOf(head);
  }

  /** In a table, or as one goes on whose head stands in a passage before this one: types such as `a | b` are none. */
  #isRow(text: string): boolean {
    if (entryAt.test(text)) return false;
    const bars = text.replaceAll(/`[^`]{0,300}`/g, '').split(/(?<=\s|^)\|(?=\s|$)/).length - 1;
    return bars >= (this.#head === undefined ? 2 : 1);
  }

  #row(text: string): void {
    if (/^[|\s:=+-]{1,2000}$/.test(text)) return;
    this.#open('row').push(cellsOf(text));
  }

  #open(kind: Block['kind']): string[] {
    this.#close();
    this.#kind = kind;
    return this.#lines;
  }

  #part(): void {
    this.#close();
    this.#begins = true;
  }

  #close(): void {
    const text = this.#lines.join('\n').trim();
    const head = this.#kind === 'row' ? this.#head : undefined;
    if (text !== '') {
      this.#blocks.push({ kind: this.#kind, text, ...given({ head }), ...(this.#begins ? { begins: true } : {}) });
      this.#begins = false;
    }
    this.#kind = 'paragraph';
    this.#lines = [];
  }
}

function cellsOf(row: string): string {
  return row
    .split('|')
    .map((cell) => cell.trim())
    .filter(Boolean)
    .join(' | ');
}

/** A heading, an underline, a rule, the address of a link, a comment. */
function isMark(bare: string): boolean {
  if (/^(?:#{1,6}\s|={1,6}\s|\[[^\]]{1,300}\]:|<!--)/.test(bare)) return true;
  return /^([-=*_~^"'+#])\1{2,}$/.test(bare);
}
