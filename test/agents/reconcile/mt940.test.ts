import { describe, expect, it } from 'vitest';
import { detailsOf } from '../../../src/agents/reconcile/activities/mt940-details.ts';
import { readFinancial, type FinancialRead } from '../../support/reconcile-lines.ts';

const read = (text: string): Promise<FinancialRead> => readFinancial(text, 'file', 'statement');
const problem = (text: string): Promise<string> =>
  read(text).then(
    () => 'nothing was wrong',
    (error: Error) => error.message,
  );

const german = `:20:STARTUMS
:25:10020030/1234567
:28C:00042/001
:60F:C260301EUR1000,00
:61:2603020302D85,20NMSCKREF+
:86:105?00FOLGELASTSCHRIFT?20EREF+E-77?21KREF+K-1?22SVWZ+Strom Maerz?23 Kunde 9?32Stadtwerke?33 Musterstadt
:61:2512310102C1234,5NTRFNONREF//B-2
Uebertrag
:86:166?00GUTSCHRIFT?20RE-4 danke?32Ada Lovelace
:62F:C260302EUR2149,30
-
`;
const dutch = `{1:F01INGBNL2ABXXX0000000000}{2:I940INGBNL2AXXXN}{4:
:20:P140220000000001
:25:NL69INGB0123456789EUR
:28C:00000
:60F:C260301EUR100,
:61:2603020302C1500,00NTRFEREF//20260302-1
/TRCD/00100/
:86:/EREF/INV-12//CNTP/NL20INGB0001234567/INGBNL2A/Ada Lovelace///REMI/USTD//Factuur 12/
:61:2603030303RC10,00NTRFNONREF//20260303-2
:86:/TRTP/SEPA OVERBOEKING/IBAN/NL91RABO0315273637/NAME/Bakker/REMI/terug/EREF/NOTPROVIDED
:61:260304ED4,00NTRFNONREF
:62F:C260303EUR1590,00
:64:C260303EUR1590,00
-}{5:}
`;

describe('MT940', () => {
  it('with numbered details has who, what for, references and balances that agree', async () => {
    const { format, lines, balances, notes } = await read(german);
    expect(format).toBe('MT940');
    expect(lines.map(({ line, ...where }) => ({ ...where, ...line }))).toEqual([
      {
        account: '1234567',
        currency: 'EUR',
        place: 'file: 1234567 00042/001, entry 1',
        date: '2026-03-02',
        amount: '-85.20',
        reference: 'E-77',
        counterparty: 'Stadtwerke Musterstadt',
        text: 'Strom Maerz Kunde 9',
      },
      {
        account: '1234567',
        currency: 'EUR',
        place: 'file: 1234567 00042/001, entry 2',
        // Booked in the year after its value date.
        date: '2026-01-02',
        amount: '1234.50',
        id: 'B-2',
        counterparty: 'Ada Lovelace',
        text: 'RE-4 danke',
      },
    ]);
    expect(balances).toMatchObject([{ opening: '1000.00', closing: '2149.30', movement: '1149.30' }]);
    expect(notes).toEqual([]);
  });

  it('in an envelope, with named details and a reversal, counts what is only expected', async () => {
    const { lines, balances, notes } = await read(dutch);
    expect(lines.map(({ account, line }) => ({ account, ...line }))).toMatchObject([
      {
        account: 'NL69INGB0123456789',
        amount: '1500.00',
        reference: 'INV-12',
        counterparty: 'Ada Lovelace',
        text: 'Factuur 12',
      },
      { amount: '-10.00', counterparty: 'Bakker', text: 'terug', id: '20260303-2' },
    ]);
    expect(balances).toMatchObject([{ opening: '100.00', closing: '1590.00', movement: '1490.00' }]);
    expect(notes).toEqual(['1 entries left out: expected, and not booked yet']);
  });

  it('of several accounts, and MT942 of a day, are read alike', async () => {
    const both = await read(
      german +
        german
          .replace('1234567', '7654321')
          .replaceAll('EUR', 'JPY')
          .replace('1000,00', '1000')
          .replace('2149,30', '2149')
          .replace('85,20', '85,')
          .replace('1234,5', '1234,'),
    );
    expect(both.balances.map(({ account, currency }) => [account, currency])).toEqual([
      ['1234567', 'EUR'],
      ['7654321', 'JPY'],
    ]);
    const within = await read(
      ':20:X\r\n:25:DE1\r\n:28C:1\r\n:34F:EURD0,\r\n:13D:2603021200+0100\r\n:61:260302D1,50NMSCA\r\n-\r\n',
    );
    expect(within).toMatchObject({
      format: 'MT942',
      balances: [],
      lines: [{ currency: 'EUR', line: { amount: '-1.50', reference: 'A' } }],
    });
  });

  it('knows what was paid before charges', async () => {
    const text = german.replace('NMSCKREF+', 'NMSCKREF+\n/OCMT/EUR80,00/CHGS/EUR5,20/').replace('D85,20', 'D85,20');
    expect((await read(text)).lines[0]?.line).toMatchObject({ amount: '-85.20' });
    const paid = german.replace(
      'C1234,5NTRFNONREF//B-2\nUebertrag',
      'C1234,5NTRFNONREF//B-2\n/OCMT/EUR1240,00/CHGS/EUR5,50/',
    );
    expect((await read(paid)).lines[1]?.line).toMatchObject({ amount: '1234.50', gross: '1240.00' });
  });

  it('refuses an entry that it cannot read, at its line', async () => {
    expect(await problem(german.replace('D85,20NMSC', 'D85,2x'))).toContain(
      "(line 5): '2603020302D85,2xKREF+' is no entry",
    );
    expect(await problem(german.replace('260302D85', '260230D85').replace('2603020302D', '2602300302D'))).toContain(
      'no day',
    );
    expect(await problem(german.replace('EUR2149,30', 'USD2149,30'))).toContain(
      'a balance is in USD, and another in EUR',
    );
  });
});

describe('the longest and most hostile file', () => {
  const long = 200_000;
  it.each<[string, string]>([
    ['a cell of tabs around a line break', `date,amount\n2026-03-01,"${'\t'.repeat(4000)}x\n${'\t'.repeat(4000)}"\n`],
    ['an amount of digits and commas', `date,amount\n2026-03-01,"${'1,'.repeat(long / 2)}"\n`],
    ['a quote that is never closed', `date,amount\n2026-03-01,"${'a\n'.repeat(long)}`],
    ['a header of commas', `${','.repeat(long)}\n`],
    ['rows without a header', 'x\n'.repeat(long)],
    ['elements that are never closed', `OFXHEADER:100\n<OFX>${'<A>'.repeat(20_000)}`],
    ['signs that begin no element', `OFXHEADER:100\n<OFX><NAME>${'<![CDATA['.repeat(20_000)}</OFX>`],
    ['an entry of MT940 of strokes', german.replace('KREF+', '/'.repeat(long))],
    ['details of question marks', german.replace('Strom Maerz', '?20'.repeat(long / 3))],
    ['deep XML', `<?xml version="1.0"?>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`],
    ['XML of brackets', `<?xml version="1.0"?>${'<'.repeat(long)}`],
  ])('%s is answered in a blink', async (_name, text) => {
    const start = process.cpuUsage();
    await problem(text);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(1500);
  });
});

describe('field 86 with words before colons', () => {
  it('loses nothing of who and what for', () => {
    const lines = [
      'SEPA OVERBOEKING                 IBAN: NL59INGB0000000025',
      'BIC: INGBNL2A                    NAAM: TESTKLANT',
      'OMSCHRIJVING: BETALING 17',
      'KENMERK: KLANT-0017',
    ];
    expect(detailsOf(lines)).toMatchObject({ counterparty: 'TESTKLANT', text: 'BETALING 17', reference: 'KLANT-0017' });
  });

  it('keeps what follows a word that is no name of a party, account or reference', () => {
    expect(detailsOf(['Incasso MACHTIGING: 12345 INV-77'])).toMatchObject({ text: 'Incasso 12345 INV-77' });
    expect(detailsOf(['NAAM: Ada OMSCHRIJVING: Huur INCASSANT: NL1 INV-8 KENMERK: 7 KENMERK: 8'])).toEqual({
      counterparty: 'Ada',
      reference: '7',
      text: 'Huur NL1 INV-8 8',
    });
    expect(detailsOf(['KENMERK: NOTPROVIDED rest'])).toEqual({ text: 'NOTPROVIDED rest' });
    expect(detailsOf(['Huur BETALINGSKENMERK: 9'])).toEqual({ reference: '9', text: 'Huur' });
  });

  it.each(['VOORNAAM: Jan factuur 77', 'ACCRED: 12 INV-3', 'MIJNIBAN: 5'])(
    'takes none within another word: %s',
    (text) => {
      expect(detailsOf([text])).toEqual({ text });
    },
  );

  it('reads them in numbered parts, of which a value may fill several, and words before a plus as they run on', () => {
    const text = '166?00GUTSCHRIFT?20NAAM: Ada Love?21lace?22KENMERK: 7';
    expect(detailsOf([text])).toMatchObject({ counterparty: 'Ada Lovelace', reference: '7', text: 'GUTSCHRIFT' });
    expect(detailsOf(['166?00X?20NAAM: Ada?21OMSCHRIJVING: Huur?32Bob'])).toMatchObject({
      counterparty: 'Bob',
      text: 'Ada Huur',
    });
    expect(detailsOf(['166?00X?20EREF+INV-7KREF+K-1SV?21WZ+Miete'])).toMatchObject({
      reference: 'INV-7',
      text: 'Miete',
    });
    expect(detailsOf(['166?00X?20EREF: INV-7?21SVWZ: Miete'])).toMatchObject({ reference: 'INV-7', text: 'Miete' });
  });
});
