/** Text on its way into a table that a spreadsheet opens. */
import { withoutControls } from './controls.ts';

/** What a spreadsheet takes for the beginning of a formula, also in the wide forms that some programs read as the same. */
const formula = /^[\s'"]*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]/;

/**
 * A cell that a spreadsheet shows and never computes: what looks like a formula begins with an apostrophe, which marks a
 * text there. A plain number stays a number.
 *
 * @example const row = [spreadsheetText(line.reference), spreadsheetText(line.amount)];
 */
export function spreadsheetText(text: string): string {
  const clean = withoutControls(text);
  return formula.test(clean) && !/^-?\d{1,30}(\.\d{1,30})?$/.test(clean) ? `'${clean}` : clean;
}
