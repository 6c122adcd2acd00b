/** How an answer says that nothing was found, and how it is told by that: what it then cites is only near, and bears nothing out. */

export const nothingFoundSentence = 'Nothing was found that answers the question.';

export function saysNothingFound({ text }: { readonly text: string }): boolean {
  return text.startsWith(nothingFoundSentence);
}
