/** Text on its way to a terminal: of all that a terminal obeys, only the colours that fanfold itself writes are left. */
import { withoutControls } from './controls.ts';

/** Bold, dim, italic, underlined, the plain colours, and their ends: nothing that hides, moves or blinks. */
// oxlint-disable-next-line no-control-regex -- an escape begins with one
const style = /(\u001B\[(?:0|[1-4]|2[234]|3[1-79]|9[0-7])m)/;

/** @param coloured whether the stream shows colours; without, no escape is left at all. @default false */
export function terminalText(text: string, coloured = false): string {
  if (!coloured) return withoutControls(text);
  return text
    .split(style)
    .map((part, index) => (index % 2 === 1 ? part : withoutControls(part)))
    .join('');
}
