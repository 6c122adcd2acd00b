/** What opens and closes a fence of code; code that a cut goes through stays code on both of its sides. */

const fenceAt = /^\s{0,80}(`{3,20}|~{3,20})(?![`~])(.*)/;

/** Texts that follow each other, each with the fences that were open where it was cut. */
export function withWholeFences(texts: readonly string[]): string[] {
  let open: string | undefined;
  return texts.map((text) => {
    const before = open === undefined ? '' : `${open}\n`;
    let above = '';
    for (const line of text.split('\n')) {
      open = nextFence(open, line, above);
      above = line;
    }
    return `${before}${text}${open === undefined ? '' : `\n${open}`}`;
  });
}

/** The fence that is open behind a line. @param above the line above it */
export function nextFence(open: string | undefined, line: string, above: string): string | undefined {
  if (open === undefined) return openedFence(line, above);
  return isClosed(open, line) ? undefined : open;
}

/** Behind backticks that open a fence stands none: those are code within a line. A line of tildes below a title underlines it. */
export function openedFence(line: string, above: string): string | undefined {
  const [, mark, said = ''] = fenceAt.exec(line) ?? [];
  if (mark?.startsWith('`') && said.includes('`')) return undefined;
  const isUnderline = mark?.startsWith('~') && said.trim() === '' && isUnderlined(above.trim(), mark);
  return isUnderline ? undefined : mark;
}

/** By a line of the same mark alone, at least as often. */
export function isClosed(open: string, line: string): boolean {
  const bare = line.trim();
  return bare.startsWith(open) && /^(.)\1*$/.test(bare);
}

/** Some underlines are a little shorter than their title. */
function isUnderlined(title: string, mark: string): boolean {
  return title !== '' && mark.length * 2 >= title.length;
}
