/** Which format a file has, by its content: names and endings of downloads say little. */
import type { CsvFormat, Role } from '../pure/types.ts';
import { readCamt053 } from './camt053.ts';
import { readCsv } from './csv.ts';
import { readOfx } from './ofx.ts';
import { unreadable } from './problem.ts';
import type { Reading } from './reading.ts';

export async function readAny(text: string, name: string, role: Role, csv?: CsvFormat): Promise<Reading> {
  const head = text
    .slice(0, 4000)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (head === '') throw unreadable(name, 'the file is empty');
  if (/^OFXHEADER:|<\?OFX\b|^<OFX>/i.test(head)) return readOfx(text, name);
  if (head.startsWith('<')) return readCamt053(text, name);
  if (head.startsWith('%PDF') || head.startsWith('PK\u0003\u0004'))
    throw unreadable(name, 'this is a PDF or a spreadsheet; export it as CSV, OFX or camt.053');
  if (/^(:20:|\{1:)/.test(head)) throw unreadable(name, 'this is MT940; ask your bank for camt.053, which replaces it');
  return readCsv(text, name, role, csv);
}
