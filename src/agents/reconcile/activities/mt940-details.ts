/** Field 86 of MT940: who, what for and under which references, in the three ways that banks write it. */
import { withoutEnd } from '../../../core/text/index.ts';

export interface EntryDetails {
  readonly id?: string | undefined;
  readonly reference?: string | undefined;
  readonly counterparty?: string | undefined;
  readonly text?: string | undefined;
}

/** Lines of a field are six of 65 characters; more is of no use. */
const maxCharacters = 4000;

/** @param lines of the field, without its tag */
export function detailsOf(lines: readonly string[]): EntryDetails {
  // A line is broken wherever it is full, so that the rest of a word stands on the next.
  const text = lines.join('').slice(0, maxCharacters);
  // The mark is the bank's choice, such as a question mark or a tilde, but none that stands in numbers.
  const [, mark] = /^\d{3}([^\p{L}\p{N}\s+.,:/()-])\d{2}/u.exec(text) ?? [];
  if (mark !== undefined) return fromNumbered(text, mark);
  if (/^\/[A-Z]{2,4}\//.test(text)) return fromNamed(text);
  const { rest, ...found } = fromSepa(lines.join(' ').slice(0, maxCharacters));
  return { ...found, text: rest };
}

/** `166?00GUTSCHRIFT?20EREF+INV-7?21SVWZ+Miete?32Ada?33Lovelace`. */
function fromNumbered(text: string, mark: string): EntryDetails {
  const fields = new Map<string, string>();
  for (const part of text.split(mark).slice(1))
    fields.set(part.slice(0, 2), (fields.get(part.slice(0, 2)) ?? '') + part.slice(2));
  const numbers = [...fields.keys()].filter((key) => /^(?:2\d|6[0-3])$/.test(key)).toSorted();
  const { reference, id, rest } = fromSepa(numbers.map((key) => fields.get(key) ?? '').join(''));
  const name = `${fields.get('32') ?? ''}${fields.get('33') ?? ''}`;
  return { id, reference, counterparty: name, text: rest === '' ? fields.get('00') : rest };
}

/** Words that begin a part of a SEPA purpose. */
const sepaWords =
  /(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP|BREF|RREF|NAAM|OMSCHRIJVING|KENMERK|MACHTIGING|INCASSANT)[+:]/;

/** `EREF+INV-7KREF+…SVWZ+Miete`, or `IBAN: NL… NAAM: Ada OMSCHRIJVING: Huur`: each part up to the next word. */
function fromSepa(text: string): Omit<EntryDetails, 'text'> & { readonly rest: string } {
  const parts = text.split(sepaWords);
  const found = new Map<string, string>();
  for (let index = 1; index + 1 < parts.length; index += 2)
    found.set(parts[index] ?? '', parts[index + 1]?.trim() ?? '');
  const eref = found.get('EREF');
  return {
    reference: eref === undefined || /^NOTPROVIDED$/i.test(eref) ? (found.get('KREF') ?? found.get('KENMERK')) : eref,
    id: found.get('BREF'),
    counterparty: found.get('NAAM'),
    rest: (found.get('SVWZ') ?? found.get('OMSCHRIJVING') ?? parts[0] ?? '').trim(),
  };
}

/** Words between strokes, as Dutch and many other banks write them. */
const words = new Set(
  'TRTP IBAN BIC NAME REMI EREF ISDT CSID MARF ORDP BENM CNTP PREF TRCD ADDR ID ULTC ULTD ULTB RTRN PURP SVCL CPRP OCMT CHGS EXCH TRID ACCW'.split(
    ' ',
  ),
);

/** Those of another dialect, which begins with the type of the payment; elsewhere two letters between strokes are a part of a value. */
const wordsOfTypes = new Set('PT PY BN BO BI BA OB OI RF'.split(' '));

/** `/TRTP/SEPA/IBAN/NL…/NAME/Ada/REMI/Invoice 7/EREF/INV-7`; a stroke may be a part of a value. */
function fromNamed(text: string): EntryDetails {
  const found = partsByWord(text, text.startsWith('/PT/') ? wordsOfTypes : words);
  /** Of the first of these words that says something. */
  const joined = (...names: readonly string[]): string | undefined =>
    names.map((name) => withoutEnd(found.get(name)?.join('/').trim() ?? '', '/')).find((value) => value !== '');
  const [, , party] = found.get('CNTP') ?? [];
  const eref = joined('EREF');
  return {
    id: joined('TRID'),
    reference: eref === undefined || /^NOTPROVIDED$/i.test(eref) ? joined('PREF', 'RF') : eref,
    counterparty: party || joined('NAME', 'BN', 'BO'),
    // What was said to whom was paid may be marked as structured or not, which is no part of it.
    text: joined('REMI')?.replace(/^(?:USTD|STRD)\/{1,2}/, '') ?? joined('PY', 'TRTP'),
  };
}

function partsByWord(text: string, known: ReadonlySet<string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let word = '';
  for (const part of text.split('/').slice(1)) {
    if (known.has(part)) {
      word = part;
      if (!found.has(word)) found.set(word, []);
    } else if (word !== '') found.get(word)?.push(part);
  }
  return found;
}
