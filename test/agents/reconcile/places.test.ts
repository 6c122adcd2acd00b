/** Where a line stands is said to a person by the name of its file, in whatever format that is. */
import { describe, expect, it } from 'vitest';
import { reconciliationText } from '../../../src/agents/reconcile/pure/markdown.ts';
import { placesWithin, truncatePlace } from '../../../src/agents/reconcile/pure/places.ts';
import { reconciliationReport } from '../../../src/agents/reconcile/pure/report.ts';
import { matchDefaults } from '../../../src/agents/reconcile/pure/lines.ts';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';
import { readFinancial } from '../../support/reconcile-lines.ts';

const mt940 = `:20:A1\n:25:10020030/1234567\n:28C:00042/001\n:60F:C260301EUR10,00\n:61:2603020302C5,00NTRFX-1\n:86:rent\n:62F:C260302EUR15,00\n-\n`;
const ofx =
  'OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>20/30-77</BANKACCTFROM>' +
  '<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302<TRNAMT>5.00<FITID>1<NAME>Ann</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>';
const camt =
  '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>2026/03</Id><Acct><Id><Othr><Id>20/77</Id></Othr></Id><Ccy>EUR</Ccy></Acct>' +
  '<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>';

describe('The text of a report', () => {
  it.each([
    ['MT940', mt940],
    ['OFX', ofx],
    ['camt', camt],
    ['CSV', 'Date,Amount,Currency\n2026-03-02,5.00,EUR\n'],
  ])('names the file of each line of %s, without its folders', async (format, content) => {
    const name = `in/2026/march.${format.toLowerCase()}`;
    const { lines } = await readFinancial(content, name, 'statement');
    const given = lines.map(({ line }) => line);
    const report = reconciliationReport({
      files: [],
      balances: [],
      read: [],
      compared: [{ account: '', currency: 'EUR', found: reconcile([], given, matchDefaults) }],
      rule: matchDefaults,
    });
    const input = { name, role: 'statement', format: 'CSV', sha256: 'x', bytes: 1, lines: 1, notes: [] } as const;
    const text = reconciliationText({ ...report, inputs: [input] });
    const [, section = ''] = text.split('In a statement, not in the ledger');
    expect(section.split('\n')[1]).toMatch(/ march\.\w+:.*(?:entry 1|transaction 1|2)$/);
    expect(section.split('\n')[1]?.length).toBeLessThanOrEqual(100);
  });
});

describe('A place', () => {
  it('keeps as many folders as tell two files of one name apart', () => {
    const at = placesWithin(['a/march/x.csv', 'a/april/x.csv', 'y.csv', String.raw`C:\bank\z.csv`]);
    expect(at('a/march/x.csv:12')).toBe('march/x.csv:12');
    expect(at('a/april/x.csv: DE12 1/2, entry 3')).toBe('april/x.csv: DE12 1/2, entry 3');
    expect(at(String.raw`C:\bank\z.csv:4`)).toBe('z.csv:4');
    expect(at('other/x.csv:1')).toBe('other/x.csv:1');
  });

  it('that is long is cut in its middle', () => {
    const cut = truncatePlace('bank.sta: DE89370400440532013000 00042/001, entry 12', 40);
    expect(cut).toHaveLength(40);
    expect(cut).toMatch(/^bank\.sta:….*entry 12$/);
    expect(truncatePlace(`${'long'.repeat(20)}.sta: 1, entry 2`, 40)).toMatch(/^….*long\.sta:….*entry 2$/);
  });
});
