/** A Markdown table; the first column is text, the others are figures. */

export function table(head, lines) {
  if (lines.length === 0) return 'Not measured.';
  const align = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, align, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
