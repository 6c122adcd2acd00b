/** A statement of a bank that was cut off anywhere is refused, or it is told: what is read of it is never less without a word. */
import { describe, expect, it } from 'vitest';
import { parseFinancialFile, type ParsedFile } from '../../../src/agents/reconcile/activities/parse.ts';

const read = (text: string): Promise<ParsedFile> =>
  parseFinancialFile({ bytes: Buffer.from(text), name: 'bank', role: 'statement' });

const pages =
  ':20:A\n:25:1/2\n:28C:5/1\n:60F:C260301EUR100,00\n:61:2603010301C10,00NTRFR1\n:62M:C260301EUR110,00\n-\n' +
  ':20:A\n:25:1/2\n:28C:5/2\n:60M:C260301EUR110,00\n:61:2603020302D4,00NCHGNONREF\n:86:charges\n:62F:C260302EUR106,00\n-\n';
const withinDay =
  ':20:A\n:25:1/2\n:28C:5/1\n:34F:EUR0,\n:13D:2603021200+0100\n:61:2603010301C10,00NTRFR1\n:86:one\n' +
  ':61:2603010301D3,00NTRFR2\n:90D:1EUR3,\n:90C:1EUR10,\n-\n';
const ofx = (closed: boolean): string => {
  const one = (amount: string, id: number): string =>
    ['<STMTTRN>', `<DTPOSTED>2026030${id}`, `<TRNAMT>${amount}`, `<FITID>${id}`].join('\n') + '\n</STMTTRN>\n';
  const list = `<BANKTRANLIST>${one('-5.00', 1)}${one('7.00', 2)}</BANKTRANLIST>`;
  const body = `<OFX><STMTRS><CURDEF>EUR\n<BANKACCTFROM><ACCTID>7\n</BANKACCTFROM>${list}</STMTRS></OFX>`;
  const values = /<(CURDEF|ACCTID|DTPOSTED|TRNAMT|FITID)>([^\n]*)\n/g;
  return closed ? `<?OFX OFXHEADER="200"?>\n${body.replaceAll(values, '<$1>$2</$1>')}` : `OFXHEADER:100\n\n${body}`;
};
const messages = [
  ['BkToCstmrAcctRpt', 'Rpt', '052'],
  ['BkToCstmrStmt', 'Stmt', '053'],
  ['BkToCstmrDbtCdtNtfctn', 'Ntfctn', '054'],
] as const;
const camt = ([root, statement, message]: (typeof messages)[number], version: number): string => {
  const status = version >= 8 ? '<Sts><Cd>BOOK</Cd></Sts>' : '<Sts>BOOK</Sts>';
  const entry = (amount: string, currency: string): string =>
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd>${status}<BookgDt><Dt>2026-03-02</Dt></BookgDt></Ntry>`;
  const one = (currency: string): string =>
    `<${statement}><Id>${currency}</Id><Acct><Id><IBAN>DE1</IBAN></Id><Ccy>${currency}</Ccy></Acct>${entry('5.00', currency)}${entry('7.00', currency)}</${statement}>`;
  const space = `urn:iso:std:iso:20022:tech:xsd:camt.${message}.001.${String(version).padStart(2, '0')}`;
  return `<Document xmlns="${space}"><${root}>${one('EUR')}${one('USD')}</${root}></Document>`;
};

describe('A file that was cut off', () => {
  it.each([
    ['pages of MT940', pages, 2],
    ['MT942', withinDay, 2],
    ['OFX without closing tags', ofx(false), 2],
    ['OFX with closing tags', ofx(true), 2],
    ...messages.flatMap((each) =>
      [2, 4, 6, 8, 10, 12, 13].map((version) => [`camt.${each[2]} ${version}`, camt(each, version), 4] as const),
    ),
  ] as const)('is refused, or told to be: %s', async (_name, text, lines) => {
    const whole = await read(text);
    expect(whole).toMatchObject({ lines, notes: [] });
    for (let at = 1; at < text.trimEnd().length; at++) {
      const found = await read(text.slice(0, at)).catch(() => undefined);
      const gap = found?.balances.some(
        ({ opening, closing, movement }) =>
          opening !== undefined && Number(closing) - Number(opening) !== Number(movement),
      );
      const isWhole =
        found?.lines === lines && found.groups.every(({ total }, of) => total === whole.groups[of]?.total);
      if (found) expect(found.notes.length > 0 || gap || isWhole, `${text.slice(0, at)} was read`).toBe(true);
    }
  });

  it('has pages that do not follow one another, or sums of entries that were not read, and says which', async () => {
    const [first = '', second = ''] = pages.split(/(?<=-\n)/);
    expect((await read(first)).notes).toEqual([
      expect.stringMatching(/2 5\/1: it closes .*62M.* page after it is not/),
    ]);
    expect((await read(second)).notes).toEqual([
      expect.stringMatching(/2 5\/2: it opens .*60M.* page before it is not/),
    ]);
    const less = withinDay.replace(':61:2603010301C10,00NTRFR1\n:86:one\n', '');
    expect((await read(less)).notes).toEqual([expect.stringMatching(/90C is 1EUR10,, and 0 entries .* come to 0/)]);
    expect((await read(withinDay.replace(':90D:1EUR3,', ':90D:0EUR0,'))).notes).toEqual([]);
  });
});
