/**
 * The encoding of a statement in MT940 or OFX that is no UTF-8, by the country of its account or currency: the formats
 * name no columns by which it could be told, and banks write in the code page of their country.
 */
import { likeliest } from './csv/encoding-of-names.ts';

/** Countries and currencies, and the encodings of their letters, the usual one first. */
const alphabets = [
  [
    ['PL', 'CZ', 'SK', 'HU', 'SI', 'HR', 'RO', 'PLN', 'CZK', 'HUF', 'RON'],
    ['windows-1250', 'iso-8859-2', 'cp852'],
  ],
  [
    ['RU', 'BG', 'UA', 'RS', 'BY', 'RUB', 'BGN', 'UAH', 'RSD', 'BYN'],
    ['windows-1251', 'cp866'],
  ],
  [
    ['GR', 'CY'],
    ['windows-1253', 'cp737'],
  ],
  [
    ['TR', 'TRY'],
    ['windows-1254', 'cp857'],
  ],
  [
    ['IL', 'ILS'],
    ['windows-1255', 'cp862'],
  ],
  [
    ['EE', 'LV', 'LT'],
    ['windows-1257', 'cp775'],
  ],
] as const;

/** Bytes in which an account is looked for. */
const headBytes = 100_000;

export interface EncodingOfCountry {
  readonly encoding: string;
  /** As `PL` or `PLN`. */
  readonly country: string;
}

/** Undefined where nothing says of which country it is, or its letters are those of the usual encoding. */
export function encodingOfCountry(bytes: Uint8Array): EncodingOfCountry | undefined {
  const head = Buffer.from(bytes.subarray(0, headBytes)).toString('latin1');
  for (const found of [ibanIn(head), currencyIn(head)]) {
    const [, encodings] = alphabets.find(([names]) => names.some((name) => name === found)) ?? [];
    const encoding = encodings && likeliest(encodings, bytes);
    if (found !== undefined && encoding !== undefined) return { encoding, country: found };
  }
  return undefined;
}

function ibanIn(head: string): string | undefined {
  return /(?:^:25:[^\n]{0,40}?|<ACCTID>\s{0,9})\b([A-Z]{2})\d{2}[A-Z0-9]{10,30}/m.exec(head)?.[1];
}

function currencyIn(head: string): string | undefined {
  return /(?:^:6[02][FM]:[CD]\d{6}|<CURDEF>\s{0,9})([A-Z]{3})/m.exec(head)?.[1];
}
