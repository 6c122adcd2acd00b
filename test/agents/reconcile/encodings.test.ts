/** Files of banks in the code pages of their countries: as they are told to be, as they say, or as their country writes. */
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { parseFinancialFile } from '../../../src/agents/reconcile/activities/parse.ts';
import { parseSlice } from '../../../src/agents/reconcile/activities/csv/slice.ts';
import type { StatementFormat } from '../../../src/agents/reconcile/pure/csv-format.ts';
import type { Line } from '../../../src/agents/reconcile/pure/lines.ts';

interface Read {
  readonly lines: readonly Line[];
  readonly notes: readonly string[];
}

async function read(bytes: Uint8Array, encoding?: string, more: StatementFormat = {}): Promise<Read> {
  const csv = { ...more, ...(encoding === undefined ? {} : { encoding }) };
  const { groups, notes } = await parseFinancialFile({ bytes, name: 'bank', role: 'statement', csv });
  const lines = groups.flatMap(({ body }) => JSON.parse(Buffer.from(body).toString()) as Line[]);
  return { lines, notes };
}

const mt940 = (account: string, currency: string, name: string): string =>
  `:20:A1\r\n:25:${account}\r\n:28C:1\r\n:60F:C260301${currency}10,00\r\n:61:2603020302C5,00NTRFX-1\r\n` +
  `:86:166?00TRANSFER?20rent ${name}?32${name}\r\n:62F:C260302${currency}15,00\r\n-\r\n`;
const ofx = (currency: string, name: string): string =>
  `OFXHEADER:100\r\nDATA:OFXSGML\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>${currency}<BANKACCTFROM><ACCTID>77</BANKACCTFROM>` +
  `<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302<TRNAMT>5.00<FITID>1<NAME>${name}</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n`;
const csv = (name: string): string => `Date,Amount,Payee\n2026-03-02,5.00,${name}\n`;

describe('The setting encoding', () => {
  it.each([
    ['windows-1250', 'Żółć Łódź'],
    ['ISO-8859-2', 'Žlutý kůň'],
    ['windows-1252', 'Müller – Søn'],
    ['iso-8859-15', 'Œuvre €'],
    ['cp437', 'Müller Söhne'],
    ['utf-16le', 'Żółć'],
    ['koi8-r', 'Жук'],
  ])('%s reads a file of any format', async (encoding, name) => {
    for (const text of [mt940('123', 'EUR', name), ofx('EUR', name), csv(name)]) {
      const { lines, notes } = await read(iconv.encode(text, encoding), encoding);
      expect(lines).toMatchObject([{ counterparty: name, amount: '5.00' }]);
      expect(notes).toEqual([]);
    }
  });

  it('is the only one that a format other than CSV heeds, and any other is told', async () => {
    const { notes } = await read(Buffer.from(ofx('EUR', 'Ann')), 'utf-8', { sign: 'turned', dates: 'mdy' });
    expect(notes).toEqual(['read without sign, dates: of OFX only the encoding can be set']);
  });

  it('that cannot be meant is told, and so is each line with bytes that are none of it', async () => {
    await expect(read(Buffer.from(csv('Ann')), 'win-latin')).rejects.toThrow("its encoding 'win-latin' is not known");
    const bytes = Buffer.concat([
      Buffer.from(csv('a')),
      Buffer.from([...Buffer.from('2026-03-03,1.00,b'), 0x81, 0x0a]),
    ]);
    expect((await read(bytes, 'windows-1252')).notes).toEqual([
      'line 3 has bytes that are none of windows-1252; say the encoding it is in, such as encoding=cp850',
    ]);
    await expect(read(bytes, 'utf-8')).rejects.toThrow('it says that it is utf-8, and is not (line 3)');
  });

  it('tells lines by their number in the file where it is read slice by slice', async () => {
    const first = { keep: 0, isLast: false, name: 'bank', role: 'ledger', csv: { encoding: 'windows-1252' } } as const;
    const { after } = await parseSlice({ ...first, bytes: Buffer.from(csv('a')) });
    const bytes = Buffer.from([...Buffer.from('2026-03-03,1.00,b\n2026-03-03,1.00,b'), 0x81, 0x0a]);
    const { notes } = await parseSlice({ ...first, isLast: true, bytes, ...(after ? { before: after } : {}) });
    expect(notes).toContainEqual(expect.stringContaining('line 4 has bytes that are none of windows-1252'));
  });
});

describe('An encoding that nobody gave', () => {
  it.each([
    ['windows-1250', 'PL61109010140000071219812874', 'EUR', 'PL', 'Żółć Łódź ąę'],
    ['iso-8859-2', 'PL61109010140000071219812874', 'PLN', 'PL', 'Żółć Łódź śąę'],
    ['cp852', '0800/123', 'CZK', 'CZK', 'Žlutý kůň'],
    ['windows-1251', '40817', 'RUB', 'RUB', 'Жук'],
    ['windows-1254', '77', 'TRY', 'TRY', 'Işık Şeker'],
  ])('is %s of a statement of that country, and said', async (encoding, account, currency, country, name) => {
    const { lines, notes } = await read(iconv.encode(mt940(account, currency, name), encoding));
    expect(lines).toMatchObject([{ counterparty: name }]);
    expect(notes[0]).toBe(`encoding=${encoding} was guessed, as it is no UTF-8 and of ${country}`);
  });

  it('is told by the currency of OFX, and is Windows-1252 where nothing says of which country it is', async () => {
    const polish = await read(iconv.encode(ofx('PLN', 'Żółć Łódź'), 'windows-1250'));
    expect(polish.lines).toMatchObject([{ counterparty: 'Żółć Łódź' }]);
    const other = await read(iconv.encode(mt940('DE89370400440532013000', 'EUR', 'Müller'), 'windows-1252'));
    expect(other.notes[0]).toBe('encoding=windows-1252 was guessed, as it is no UTF-8');
    expect(other.lines).toMatchObject([{ counterparty: 'Müller' }]);
  });
});
