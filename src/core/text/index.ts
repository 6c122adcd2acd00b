/** Texts from outside made fit to be read, stored and compared; pure, and linear in their length. */
export { spreadsheetText } from './cells.ts';
export { cleanJson, oneLine, withoutControls } from './controls.ts';
export { codeApart, isWebAddress, markdownAddress, markdownLines, markdownText, safeMarkdown } from './markup.ts';
export { withoutTags } from './tags.ts';
export { nearest } from './nearest.ts';
export { many, minuteOf, span } from './span.ts';
export { splitAtBlanks, withoutEnd } from './ends.ts';
export { utf8Bytes } from '../byte-size.ts';
