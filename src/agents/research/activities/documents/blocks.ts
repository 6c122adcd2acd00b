/** A text as blocks, line by line: paragraphs, entries of lists and definitions, rows of tables, code. */

export interface Block {
  readonly kind: 'paragraph' | 'entry' | 'row' | 'code';
  readonly text: string;
}

/** Of Markdown, reStructuredText, AsciiDoc and the comments of code; marks of the kind of block are left out. */
export function blocksOf(text: string): Block[] {
  const reader = new BlockReader();
  for (const line of text.split('\n')) reader.read(line.slice(0, longestLine));
  return reader.end();
}

const longestLine = 2000;
const fenceAt = /^(`{3,20}|~{3,20}|-{4,20}$|\.{4,20}$)/;
const entryAt = /^(?:[-*+•]|\d{1,3}[.)]|#\.)[ \t]{1,8}(?=\S)/;
/** `:name: value` and `term:: definition` say what an entry says. */
const fieldAt = /^(?::[\w .-]{1,60}:[ \t]|[\w`.-][\w` .-]{0,60}::[ \t])/;

class BlockReader {
  readonly #blocks: Block[] = [];
  #kind: Block['kind'] = 'paragraph';
  #lines: string[] = [];
  /** The mark that ends the code that is open. */
  #fence: string | undefined;
  /** Whether the line before was blank. */
  #apart = true;
  #directive = false;

  read(line: string): void {
    const bare = line.trim();
    if (this.#fence !== undefined) return this.#inFence(line, bare);
    const fence = fenceAt.exec(bare)?.[1];
    if (fence !== undefined && (fence.startsWith('`') || fence.startsWith('~') || this.#apart)) {
      this.#open('code');
      this.#fence = fence;
    } else if (bare === '') this.#blank();
    else if (this.#isCode(line, bare)) this.#lines.push(line.replace(/^(?: {1,4}|\t)/, ''));
    else this.#text(bare, /^[ \t]/.test(line));
    this.#apart = bare === '';
  }

  end(): Block[] {
    this.#close();
    return this.#blocks;
  }

  #inFence(line: string, bare: string): void {
    if (bare.startsWith(this.#fence ?? '') && /^(.)\1*$/.test(bare)) {
      this.#fence = undefined;
      this.#close();
    } else this.#lines.push(line);
  }

  #blank(): void {
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
    if (isMark(bare)) return this.#close();
    if (bare.startsWith('.. ')) {
      this.#close();
      this.#directive = /::/.test(bare);
      return;
    }
    const text = bare.replace(/^(?:\/\/{1,3}|\/\*{1,2}|\*(?=\s)|>|#(?=\s))[ \t]?/, '').replace(/\s?\*\/$/, '');
    if (text.startsWith('|')) return this.#row(text);
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

  #row(text: string): void {
    if (/^[|\s:=+-]{1,2000}$/.test(text)) return;
    const cells = text.split('|').map((cell) => cell.trim());
    this.#open('row').push(cells.filter(Boolean).join(' | '));
  }

  #open(kind: Block['kind']): string[] {
    this.#close();
    this.#kind = kind;
    return this.#lines;
  }

  #close(): void {
    const text = this.#lines.join('\n').trim();
    if (text !== '') this.#blocks.push({ kind: this.#kind, text });
    this.#kind = 'paragraph';
    this.#lines = [];
  }
}

/** A heading, an underline, a rule, the address of a link, a comment. */
function isMark(bare: string): boolean {
  if (/^(?:#{1,6}\s|={1,6}\s|\[[^\]]{1,300}\]:|<!--)/.test(bare)) return true;
  return /^([-=*_~^"'+#])\1{2,}$/.test(bare);
}
