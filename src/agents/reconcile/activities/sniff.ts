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

type FileForm = 'CSV' | 'OFX' | 'XML' | 'MT940' | 'QIF' | 'JSON' | 'binary';

/** What a file is, by the marks of its beginning; CSV where it has none of them. */
export function formOf(text: string): FileForm {
  const head = text
    .slice(0, headCharacters)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/^(?:OFXHEADER:|<OFX>)/i.test(head)) return 'OFX';
  if (head.startsWith('<')) return /<\?OFX\b/i.test(head) ? 'OFX' : 'XML';
  if (head.startsWith('%PDF') || head.startsWith('PK\u0003\u0004')) return 'binary';
  if (isMt940(head)) return 'MT940';
  if (/^(?:\{\s{0,80}"|\[\s{0,80}[[{\]])/.test(head)) return 'JSON';
  return /^!(?:Type|Account|Option):/i.test(head) ? 'QIF' : 'CSV';
}

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export async function readAny(text: string, name: string, role: Role, csv?: StatementFormat): Promise<FileContent> {
  if (text.trim() === '') throw unreadable(name, 'the file is empty');
  switch (formOf(text)) {
    case 'OFX':
      return readOfx(text, name);
    case 'XML':
      return readCamt(text, name);
    case 'MT940':
      return readMt940(text, name);
    case 'binary':
      throw unreadable(name, 'this is a PDF or a spreadsheet; export it as CSV, OFX, MT940 or camt.053');
    case 'QIF':
      throw unreadable(name, 'this is QIF, which names neither account nor currency; export it as OFX or CSV');
    case 'JSON':
      throw unreadable(name, 'this is JSON, whose fields no standard names; export it as CSV, OFX, MT940 or camt.053');
    default:
      return readCsv(text, name, role, csv);
  }
}
