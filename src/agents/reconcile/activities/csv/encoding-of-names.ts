/**
 * The encoding of a CSV file that is no UTF-8, by the names of its columns: in the right one they are names that banks
 * give, letter by letter, and in any other they are none.
 */
import iconv from 'iconv-lite';
import { profiles } from '../../pure/profiles/index.ts';
import { lettersOfNames } from './column-names.ts';

/** In which banks write what is no UTF-8; those beside one another have most letters in common. */
const candidates =
  'windows-1250|iso-8859-2 windows-1251 windows-1253|iso-8859-7 windows-1254 windows-1255 windows-1256 shift_jis gb18030 big5 euc-kr windows-874'
    .split(' ')
    .map((each) => each.split('|'));

/** Bytes in which a header is looked for. */
const headBytes = 16_000;
/** Rows of them. */
const headRows = 60;

/** Undefined where no other encoding than the usual one shows more names. @param usual that which is taken otherwise */
export function encodingOfNames(bytes: Uint8Array, usual: string): string | undefined {
  const head = Buffer.from(bytes.subarray(0, headBytes));
  const counted = candidates.map((family) => {
    const names = family.map((encoding) => namesIn(iconv.decode(head, encoding)));
    const most = Math.max(...names);
    return { encodings: family.filter((_, at) => names[at] === most), names: most };
  });
  const [first, second] = counted.toSorted((a, b) => b.names - a.names);
  const isSure = first && first.names > namesIn(iconv.decode(head, usual)) && first.names > (second?.names ?? 0);
  return isSure ? likeliest(first.encodings, bytes) : undefined;
}

/** Where the names are the same bytes in several, what else stands there tells them apart. */
const mostBytes = 1_000_000;

/** The first of those in which the fewest signs stand in place of letters. */
export function likeliest(encodings: readonly string[], bytes: Uint8Array): string | undefined {
  if (encodings.length < 2) return encodings[0];
  const odd = encodings.map((encoding) => oddIn(iconv.decode(Buffer.from(bytes.subarray(0, mostBytes)), encoding)));
  return encodings[odd.indexOf(Math.min(...odd))];
}

/** Signs and control characters in place of letters, and letters of two languages that no text has both of. */
function oddIn(text: string): number {
  const count = (letters: RegExp): number => text.match(letters)?.length ?? 0;
  return count(/[^\p{L}\p{M}\s!-~]/gu) + Math.min(count(/[ąęłśźż]/giu), count(/[ěščřžůťďňľĺŕ]/giu));
}

const known = new Set([
  ...lettersOfNames,
  ...profiles
    .flatMap(({ signature }) => signature.map((name) => name.toLowerCase()))
    .filter((name) => /[^\x20-\x7e]/.test(name)),
]);

/** The most names in one row. */
function namesIn(text: string): number {
  const rows = text.split(/\r\n|\r|\n/, headRows);
  return Math.max(...rows.map((row) => row.split(/[,;\t|]/, 200).filter((cell) => known.has(bare(cell))).length));
}

const bare = (cell: string): string =>
  cell
    .slice(0, 200)
    .normalize('NFC')
    .toLowerCase()
    .replace(/^[\s"'#]{1,5}/, '')
    .replace(/[\s"']{1,5}$/, '');
