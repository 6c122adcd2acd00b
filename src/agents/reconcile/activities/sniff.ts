/** Which format a file has, by its content: names and endings of downloads say little. */
import type { StatementFormat } from '../pure/csv-format.ts';
import type { Role } from '../pure/types.ts';
import { readCamt } from './camt.ts';
import { readCsv } from './csv/index.ts';
import { isMt940, readMt940 } from './mt940.ts';
import { readOfx } from './ofx.ts';
import { unreadable } from './problem.ts';
import type { FileContent } from './reading.ts';

/** Characters in which a format shows itself. */
const headCharacters = 4000;

/** Whether a file is CSV as far as its beginning shows: it has none of the marks of other formats. */
export function isCsv(text: string): boolean {
  const head = headOf(text);
  return !/^(?:OFXHEADER:|<|!(?:Type|Account|Option):)/i.test(head) && !isBinary(head) && !isMt940(head);
}

const isBinary = (head: string): boolean => head.startsWith('%PDF') || head.startsWith('PK\u0003\u0004');

function headOf(text: string): string {
  return text
    .slice(0, headCharacters)
    .replace(/^\uFEFF/, '')
    .trimStart();
}

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export async function readAny(text: string, name: string, role: Role, csv?: StatementFormat): Promise<FileContent> {
  const head = headOf(text);
  if (text.trim() === '') throw unreadable(name, 'the file is empty');
  if (/^OFXHEADER:|<\?OFX\b|^<OFX>/i.test(head)) return readOfx(text, name);
  if (head.startsWith('<')) return readCamt(text, name);
  if (isBinary(head))
    throw unreadable(name, 'this is a PDF or a spreadsheet; export it as CSV, OFX, MT940 or camt.053');
  if (isMt940(head)) return readMt940(text, name);
  if (/^!(?:Type|Account|Option):/i.test(head))
    throw unreadable(name, 'this is QIF, which names neither account nor currency; export it as OFX or CSV');
  return readCsv(text, name, role, csv);
}
