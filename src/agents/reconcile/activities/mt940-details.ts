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
  return fromWords(lines, ' ');
}

/** `166?00GUTSCHRIFT?20EREF+INV-7?21SVWZ+Miete?32Ada?33Lovelace`. */
function fromNumbered(text: string, mark: string): EntryDetails {
  const fields = new Map<string, string>();
  for (const part of text.split(mark).slice(1))
    fields.set(part.slice(0, 2), (fields.get(part.slice(0, 2)) ?? '') + part.slice(2));
  const numbers = [...fields.keys()].filter((key) => /^(?:2\d|6[0-3])$/.test(key)).toSorted();
  const name = `${fields.get('32') ?? ''}${fields.get('33') ?? ''}`;
  const values = numbers.map((key) => fields.get(key) ?? '');
  const { text: said, ...found } = fromWords(values, '', name);
  return { ...found, text: said === '' ? fields.get('00') : said };
}

/** Words that begin a part of a SEPA purpose; before a plus they follow one another without a space. */
const plusWords = /(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP|BREF|RREF)\+/;
/** Before a colon any text may end with them, so that they begin a word. */
const colonWords =
  /(?<![\p{L}\p{N}])(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP|BREF|RREF|NAAM|OMSCHRIJVING|(?:BETALINGS)?KENMERK|MACHTIGING|INCASSANT):/u;

/** @param glue what stands between lines, of which a value may fill several @param name of the other party, where it is known */
function fromWords(lines: readonly string[], glue: '' | ' ', name = ''): EntryDetails {
  const text = lines.join(glue).slice(0, maxCharacters);
  if (plusWords.test(text)) return fromPlus(text, name);
  // The end of a line ends a word as well.
  return fromColons(lines.join('\n').slice(0, maxCharacters), glue, name);
}

/** `EREF+INV-7KREF+…SVWZ+Miete`: each part up to the next word. */
function fromPlus(text: string, counterparty: string): EntryDetails {
  const { first, found } = partsOf(text, plusWords);
  const parts = new Map(found);
  return {
    reference: [parts.get('EREF'), parts.get('KREF')].find(isProvided),
    id: parts.get('BREF'),
    counterparty: counterparty || undefined,
    text: parts.get('SVWZ') ?? first,
  };
}

/** `IBAN: NL… NAAM: Ada OMSCHRIJVING: Huur`: what is no account, and is taken for nothing else, is a part of the text. */
function fromColons(text: string, glue: string, name: string): EntryDetails {
  const { first, found } = partsOf(text, colonWords);
  const parts = found.map(([word, value]) => [word, value.replaceAll('\n', glue).trim()] as const);
  const valueOf = (word: string): string | undefined => parts.find(([each]) => each === word)?.[1];
  const reference = ['EREF', 'KREF', 'KENMERK', 'BETALINGSKENMERK'].map(valueOf).find(isProvided);
  const id = valueOf('BREF');
  const counterparty = name || valueOf('NAAM');
  const taken = new Set([reference, id, counterparty]);
  const rest = parts.filter(([word, value]) => word !== 'IBAN' && word !== 'BIC' && !taken.has(value));
  const hasPurpose = rest.some(([word]) => word === 'SVWZ' || word === 'OMSCHRIJVING');
  // What stands first beside a purpose is the kind of the payment.
  const said = [...(hasPurpose ? [] : [first.replaceAll('\n', glue)]), ...rest.map(([, value]) => value)];
  return { reference, id, counterparty, text: said.join(' ').trim() };
}

const isProvided = (value: string | undefined): boolean => value !== undefined && !/^NOTPROVIDED\b/i.test(value);

interface Parts {
  /** Before the first word. */
  readonly first: string;
  readonly found: readonly (readonly [word: string, value: string])[];
}

function partsOf(text: string, words: RegExp): Parts {
  const [first = '', ...parts] = text.split(words);
  const found: [string, string][] = [];
  for (let index = 0; index + 1 < parts.length; index += 2)
    found.push([parts[index] ?? '', parts[index + 1]?.trim() ?? '']);
  return { first: first.trim(), found };
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
