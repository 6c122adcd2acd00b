/** Code that a cut goes through stays code on both of its sides. */

const fence = /^\s{0,20}(`{3,20}|~{3,20})/;

/** Texts that follow each other, each with the fences that were open where it was cut. */
export function withWholeFences(texts: readonly string[]): string[] {
  let open: string | undefined;
  return texts.map((text) => {
    const before = open === undefined ? '' : `${open}\n`;
    for (const line of text.split('\n')) open = nextFence(open, fence.exec(line)?.[1]);
    return `${before}${text}${open === undefined ? '' : `\n${open}`}`;
  });
}

/** A fence is closed by one of its own kind that is at least as long. */
export function nextFence(open: string | undefined, mark: string | undefined): string | undefined {
  if (mark === undefined) return open;
  if (open === undefined) return mark;
  return mark.startsWith(open) ? undefined : open;
}
