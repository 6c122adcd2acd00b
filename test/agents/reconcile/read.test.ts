import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { matchDefaults } from '../../../src/agents/reconcile/pure/lines.ts';
import { createReconcileActivities } from '../../../src/agents/reconcile/activities/index.ts';
import { decode } from '../../../src/agents/reconcile/activities/decode.ts';
import { readFinancial } from '../../support/reconcile-lines.ts';
import { parseAmount, parseDate } from '../../../src/agents/reconcile/activities/values.ts';
import type { StatementFormat } from '../../../src/agents/reconcile/pure/csv-format.ts';
import type { Partition, Role } from '../../../src/agents/reconcile/pure/types.ts';

const read = (text: string, csv?: StatementFormat, role: Role = 'statement') => readFinancial(text, 'file', role, csv);
const lines = async (text: string, csv?: StatementFormat, role?: Role) =>
  (await read(text, csv, role)).lines.map(({ account, currency, line }) => ({ account, currency, ...line }));
const problem = (text: string, csv?: StatementFormat): Promise<string> =>
  read(text, csv).then(
    () => 'nothing was wrong',
    (error: Error) => error.message,
  );

describe('amounts', () => {
  it.each<[string, string, 'point' | 'comma' | undefined, string]>([
    ['1,234,567.8', 'EUR', undefined, '1234567.80'],
    ["1'234.50", 'CHF', undefined, '1234.50'],
    ['1.234.567,8', 'EUR', 'comma', '1234567.80'],
    ['1 234,50', 'EUR', 'comma', '1234.50'],
    ['(12.30)', 'USD', undefined, '-12.30'],
    ['12.30-', 'USD', undefined, '-12.30'],
    ['\u221212.30', 'USD', undefined, '-12.30'],
    ['+.5', 'USD', undefined, '0.50'],
    ['1500', 'JPY', undefined, '1500'],
    ['1.2345', 'BHD', 'point', 'error: more decimals'],
    ['1.234', 'KWD', undefined, '1.234'],
    ['-0.00', 'EUR', undefined, '0.00'],
    ['12,34', 'EUR', undefined, 'error: decimal=comma'],
    ['1.234,56', 'EUR', undefined, 'error: decimal=comma'],
    ['1,23,456', 'EUR', undefined, 'error: no amount'],
    ['0x10', 'EUR', undefined, 'error: no amount'],
    ['1e3', 'EUR', undefined, 'error: no amount'],
    ['', 'EUR', undefined, 'error: empty'],
    ['1.005', 'EUR', undefined, 'error: more decimals'],
    ['1', 'EURO', undefined, 'error: ISO 4217'],
    ['90071992547409931234.57', 'EUR', undefined, '90071992547409931234.57'],
  ])('%s of %s with a decimal %s is %s', (given, currency, decimal, expected) => {
    const parse = (): string => parseAmount(given, currency, decimal);
    if (expected.startsWith('error: ')) expect(parse).toThrow(expected.slice(7));
    else expect(parse()).toBe(expected);
  });
});

describe('dates', () => {
  it.each<[string, 'dmy' | 'mdy' | 'ymd' | undefined, string]>([
    ['2026-03-31', undefined, '2026-03-31'],
    ['2026-03-31T23:59:59+02:00', undefined, '2026-03-31'],
    ['20260331120000.000[-5:EST]', undefined, '2026-03-31'],
    ['2026/3/1', undefined, '2026-03-01'],
    ['31.3.26', undefined, '2026-03-31'],
    ['02/03/2026', 'dmy', '2026-03-02'],
    ['02/03/2026', 'mdy', '2026-02-03'],
    ['02/03/2026', undefined, 'error: dates=dmy'],
    ['30.02.2026', undefined, 'error: calendar'],
    ['yesterday', undefined, 'error: no date'],
  ])('%s in the order %s is %s', (given, order, expected) => {
    const parse = (): string => parseDate(given, order);
    if (expected.startsWith('error: ')) expect(parse).toThrow(expected.slice(7));
    else expect(parse()).toBe(expected);
  });
});

describe('CSV', () => {
  it('finds its header below what a bank writes before it, by names in several languages', async () => {
    const text = 'Konto;DE1\n\nBuchungstag;Betrag;Währung;Verwendungszweck\n01.03.2026;-1.234,50;EUR;"Miete; März"\n';
    expect(await lines(text, { decimal: 'comma' })).toEqual([
      { account: '', currency: 'EUR', place: 'file:4', date: '2026-03-01', amount: '-1234.50', text: 'Miete; März' },
    ]);
  });

  it('takes a debit as money in for a ledger, and as money out for a statement, unless told otherwise', async () => {
    const text = 'date,debit,credit\n2026-03-01,5.00,\n2026-03-02,,7.00\n';
    const amounts = async (role: Role, csv?: StatementFormat) =>
      (await lines(text, csv, role)).map(({ amount }) => amount);
    expect(await amounts('ledger')).toEqual(['5.00', '-7.00']);
    expect(await amounts('statement')).toEqual(['-5.00', '7.00']);
    expect(await amounts('ledger', { debit: 'out' })).toEqual(['-5.00', '7.00']);
  });

  it('takes the sign from an indicator', async () => {
    const text = 'date|amount|D/C\n2026-03-01|5.00|D\n2026-03-02|7.00|CRDT\n2026-03-03|-1.00|DBIT\n';
    expect((await lines(text)).map(({ amount }) => amount)).toEqual(['-5.00', '7.00', '-1.00']);
  });

  it('takes columns and other facts that are told', async () => {
    const csv: StatementFormat = { columns: { date: 'When', amount: 'How much' }, account: 'a 1', currency: 'USD' };
    expect(await lines('When,How much,date\n2026-03-01,5,x\n', csv)).toMatchObject([
      { account: 'A1', currency: 'USD', amount: '5.00' },
    ]);
  });

  it('tells all that is wrong, each with its line and what to do', async () => {
    const told = await problem('date,amount\n2026-03-01,5\n03/04/2026,1\n2026-03-02,"1,5"\n2026-03-03\n');
    expect(told).toContain("file:3: '03/04/2026' may be day first or month first; say dates=dmy");
    expect(told).toContain('file:4: ');
    expect(told).toContain('say decimal=comma');
    expect(told).toContain('file:5: it has 1 columns');
    expect(await problem('date,amount\n2026-03-01,"5\n')).toMatch(/^file:\d+: this is no CSV/);
    expect(await problem('a,b\n1,2\n')).toContain('--statement-csv column.date=NAME');
    expect(await problem('  \n')).toContain('the file is empty');
    expect(await problem(`date,amount\n${'x,1\n'.repeat(9)}`)).toContain('… and 4 more');
  });
});

describe('encodings', () => {
  const text = 'date,amount,name\n2026-03-01,5,Käse €\n';
  it.each([
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`, 'utf8')],
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['Windows-1252', Buffer.from(text.replace('€', '\u0080'), 'latin1')],
  ])('%s are read', async (_name, bytes) => {
    expect(await lines(decode(bytes, 'file').text)).toMatchObject([{ counterparty: 'Käse €' }]);
  });

  it('that are named are used, and are refused where they are not what is there', () => {
    const xml = '<?xml version="1.0" encoding="ISO-8859-1"?><a>ä</a>';
    expect(decode(Buffer.from(xml, 'latin1'), 'file').text).toBe(xml);
    expect(decode(Buffer.from('日付', 'utf8'), 'file', 'utf-8').text).toBe('日付');
    expect(decode(Buffer.from([0x93, 0xfa]), 'file', 'shift_jis').text).toBe('日');
    expect(decode(Buffer.from([0x64, 0xe4]), 'file').notes).toEqual([
      expect.stringContaining('windows-1252 was guessed'),
    ]);
    const bytes = Buffer.from(xml.replace('ISO-8859-1', 'UTF-8'), 'latin1');
    expect(() => decode(bytes, 'file')).toThrow('file: it says that it is UTF-8, and is not');
    expect(() => decode(Buffer.from(xml.replace('ISO-8859-1', 'EBCDIC')), 'file')).toThrow("'EBCDIC' is not known");
  });
});

const sgml = `OFXHEADER:100
DATA:OFXSGML
CHARSET:1252

<OFX>
<BANKMSGSRSV1><STMTTRNRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>1<ACCTID>DE 99</BANKACCTFROM>
<BANKTRANLIST><DTSTART><DTEND>20260331
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260301120000<TRNAMT>-12,50<FITID>1<MEMO><NAME>M&amp;S &#228;</STMTTRN>
<STMTTRN>
<DTPOSTED>20260302
<TRNAMT>7.00
<CHECKNUM>0042
</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>100<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1>
</OFX>`;

describe('OFX', () => {
  it('without closing tags, with empty values and either decimal mark', async () => {
    const { balances } = await read(sgml);
    expect(await lines(sgml)).toEqual([
      {
        account: 'DE99',
        currency: 'EUR',
        place: 'file: DE99, transaction 1',
        date: '2026-03-01',
        amount: '-12.50',
        id: '1',
        counterparty: 'M&S ä',
      },
      {
        account: 'DE99',
        currency: 'EUR',
        place: 'file: DE99, transaction 2',
        date: '2026-03-02',
        amount: '7.00',
        reference: '0042',
      },
    ]);
    expect(balances).toMatchObject([{ closing: '100.00', movement: '-5.50' }]);
  });

  it('as XML with all its closing tags is the same', async () => {
    const body = sgml.slice(sgml.indexOf('<OFX>')).replaceAll(/<(\w+)>([^<\n]+)\n?/g, '<$1>$2</$1>');
    const xml = `<?xml version="1.0"?><?OFX OFXHEADER="200" VERSION="211"?>${body}`;
    expect(xml).toContain('</TRNAMT>');
    expect(await lines(xml)).toEqual(await lines(sgml));
  });

  it('tells what is wrong at its transaction, a download that was cut, and an error of the bank', async () => {
    expect(await problem(sgml.replace('-12,50', 'twelve'))).toContain("DE99, transaction 1: 'twelve' is no amount");
    expect(await problem(sgml.replace('</OFX>', ''))).toContain('cut off');
    const failed = sgml.replace('<SEVERITY>INFO', '<SEVERITY>ERROR<MESSAGE>Not now');
    expect(await problem(failed)).toContain('error instead of a statement: Not now');
    expect(await problem('OFXHEADER:100\n<OFX></OFX>')).toContain('no statement');
  });

  it('laid out otherwise is read all the same, and refused where a transaction would be passed over', async () => {
    const withoutList = sgml.replace('<BANKTRANLIST><DTSTART><DTEND>20260331', '').replace('</BANKTRANLIST>', '');
    expect(await lines(withoutList)).toEqual(await lines(sgml));
    const withoutSet = sgml.replace('<BANKMSGSRSV1><STMTTRNRS>', '').replace('</STMTTRNRS></BANKMSGSRSV1>', '');
    expect(await lines(withoutSet)).toEqual(await lines(sgml));
    const astray = sgml.replace('<BANKMSGSRSV1>', '<OTHER><STMTTRN><TRNAMT>1</STMTTRN></OTHER><BANKMSGSRSV1>');
    expect(await problem(astray)).toContain('3 transactions (STMTTRN) stand in it, and 2 were found');
  });

  it('has a `<` in a name, a time without seconds, and the cash of investments', async () => {
    expect(await lines(sgml.replace('M&amp;S &#228;', 'A < B Ltd'))).toMatchObject([{ counterparty: 'A < B Ltd' }, {}]);
    expect(await lines(sgml.replace('20260301120000', '202603011120'))).toMatchObject([{ date: '2026-03-01' }, {}]);
    const buy = '<BUYSTOCK><INVBUY><INVTRAN><FITID>9<DTTRADE>20260305</INVTRAN><TOTAL>-80.10</INVBUY></BUYSTOCK>';
    const move = '<TRANSFER><INVTRAN><FITID>8<DTTRADE>20260305</INVTRAN><UNITS>3</TRANSFER>';
    const broker = `OFXHEADER:100\n\n<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><CURDEF>USD<INVACCTFROM><ACCTID>7</INVACCTFROM><INVTRANLIST>${buy}${move}</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>`;
    const found = await read(broker);
    expect(found.lines).toMatchObject([{ account: '7', line: { amount: '-80.10', id: '9', date: '2026-03-05' } }]);
    expect(found.notes).toEqual(['1 transactions left out: TRANSFER moves no money']);
  });

  it('of hostile make takes no longer than any other', async () => {
    const start = performance.now();
    await problem(`OFXHEADER:100\n<OFX>${'<'.repeat(50_000)}${`<${'A'.repeat(60)}>`.repeat(2000)}`);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(await lines(sgml.replace('<MEMO>', '<__PROTO__>x'))).toHaveLength(2);
  });
});

const entry = (inner: string, amount = '10.00', indicator = 'CRDT', status = '<Cd>BOOK</Cd>'): string =>
  `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${indicator}</CdtDbtInd><Sts>${status}</Sts><BookgDt><Dt>2026-03-01</Dt></BookgDt>${inner}</Ntry>`;
const balance = (code: string, amount: string, indicator = 'CRDT'): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${indicator}</CdtDbtInd></Bal>`;
const camt = (entries: string, version = '08', message = 'camt.053', names = ['BkToCstmrStmt', 'Stmt']): string =>
  `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:${message}.001.${version}"><${names[0]}><${names[1]}><Id>S1</Id><Acct><Id><IBAN>DE 1</IBAN></Id><Ccy>EUR</Ccy></Acct>${balance('OPBD', '5.00', 'DBIT')}${balance('CLBD', '5.00')}${entries}</${names[1]}></${names[0]}></Document>`;
const details = (inner: string): string => `<NtryDtls><TxDtls>${inner}</TxDtls></NtryDtls>`;

describe('camt.053', () => {
  it.each(['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14'])(
    'is read in version %s',
    async (version) => {
      const old = Number(version) < 4;
      const name = Number(version) < 8 ? '<Nm>Ann</Nm>' : '<Pty><Nm>Ann</Nm></Pty>';
      const inner = details(
        `<Refs><EndToEndId>E1</EndToEndId></Refs><RltdPties><Dbtr>${name}</Dbtr><Cdtr><Nm>Me</Nm></Cdtr></RltdPties><RmtInf><Ustrd>one</Ustrd><Ustrd>two</Ustrd></RmtInf>`,
      );
      const text = camt(entry(inner, '10.00', 'CRDT', old ? 'BOOK' : '<Cd>BOOK</Cd>'), version);
      expect(await lines(text)).toEqual([
        {
          account: 'DE1',
          currency: 'EUR',
          place: 'file: S1, entry 1',
          date: '2026-03-01',
          amount: '10.00',
          reference: 'E1',
          counterparty: 'Ann',
          text: 'one two',
        },
      ]);
    },
  );

  it('has its balances with their signs, and a prefix of the namespace changes nothing', async () => {
    const plain = camt(entry(''));
    const prefixed = plain
      .replaceAll(/<(\/?)(\w+)/g, '<$1x:$2')
      .replace('<?x:xml', '<?xml')
      .replace('xmlns=', 'xmlns:x=');
    for (const text of [plain, prefixed])
      expect((await read(text)).balances).toMatchObject([{ opening: '-5.00', closing: '5.00', movement: '10.00' }]);
  });

  it('takes a batch apart only where its transactions sum up to the entry', async () => {
    const part = (amount: string): string =>
      details(
        `<Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Refs><EndToEndId>R-${amount}</EndToEndId></Refs>`,
      );
    const whole = await lines(camt(entry(part('4.00') + part('6.00'), '10.00', 'DBIT')));
    expect(whole.map(({ amount, reference }) => [amount, reference])).toEqual([
      ['-4.00', 'R-4.00'],
      ['-6.00', 'R-6.00'],
    ]);
    const gap = await lines(camt(entry(part('4.00') + part('5.00'), '10.00', 'DBIT')));
    expect(gap).toMatchObject([{ amount: '-10.00', text: 'R-4.00 R-5.00' }]);
  });

  it.each([
    ['camt.052', ['BkToCstmrAcctRpt', 'Rpt']],
    ['camt.053', ['BkToCstmrStmt', 'Stmt']],
    ['camt.054', ['BkToCstmrDbtCdtNtfctn', 'Ntfctn']],
  ] as const)('%s is read alike, also within an envelope', async (message, names) => {
    const text = camt(entry(''), '08', message, [...names]);
    const wrapped = text
      .replace('<Document', '<Bundle><Head/><Document')
      .replace('</Document>', '</Document></Bundle>');
    for (const each of [text, wrapped])
      expect(await read(each)).toMatchObject({ format: message, lines: [{ account: 'DE1' }] });
  });

  it('knows letters by their numbers, the identifier of each transaction, and what was paid before charges', async () => {
    const inner = details(
      '<Refs><AcctSvcrRef>T-1</AcctSvcrRef></Refs><AmtDtls><InstdAmt><Amt Ccy="EUR">11.50</Amt></InstdAmt></AmtDtls>' +
        '<Chrgs><Rcrd><Amt Ccy="EUR">1.50</Amt></Rcrd></Chrgs><RltdPties><Dbtr><Nm>M&#252;ller B&#xE4;r</Nm></Dbtr></RltdPties>',
    );
    expect(await lines(camt(entry(inner)))).toMatchObject([
      { amount: '10.00', gross: '11.50', id: 'T-1', counterparty: 'Müller Bär' },
    ]);
  });

  it('leaves out what is not booked, and says so', async () => {
    const found = await read(camt(entry('', '1.00', 'CRDT', '<Cd>PDNG</Cd>') + entry('')));
    expect(found.lines).toHaveLength(1);
    expect(found.notes).toEqual(['S1: 1 entries left out: not booked yet']);
  });

  it('refuses what it cannot be sure of', async () => {
    expect(await problem(camt(entry('', '-1.00')))).toContain('S1, entry 1: the amount -1.00 has a sign');
    expect(await problem(camt(entry('', '1.00', 'UP')))).toContain("CdtDbtInd is 'UP'");
    expect(await problem(camt(entry('').replace('"EUR"', '"USD"')))).toContain(
      'its amount is in USD, and the account in EUR',
    );
    expect(
      await problem(camt('').replaceAll('camt.053', 'pain.001').replaceAll('BkToCstmrStmt', 'CstmrCdtTrfInitn')),
    ).toContain('this is pain.001');
    const astray = camt('').replace('</Document>', `${entry('')}</Document>`);
    expect(await problem(astray)).toContain('1 entries (Ntry) stand in it, and 0 were found');
    expect(await problem(camt('').replace('</Stmt>', ''))).toContain('no well-formed XML');
    expect(await problem(camt('').replace('<Document', '<!DOCTYPE a [<!ENTITY b "c">]><Document'))).toContain(
      'DOCTYPE',
    );
    expect(await problem('<html></html>')).toContain('no message of ISO 20022');
    expect(await problem('!Type:Bank\n')).toContain('this is QIF');
    expect(await problem('%PDF-1.7')).toContain('export it');
  });
});

describe('the activities', () => {
  let activities: ReturnType<typeof createReconcileActivities>;
  beforeAll(async () => {
    activities = createReconcileActivities({ home: await mkdtemp(join(tmpdir(), 'fanfold-reconcile-')) });
  });

  it('read the shipped samples, whose lines are as many as they are', async () => {
    const folder = fileURLToPath(new URL('../../../examples/reconcile', import.meta.url));
    const sizes: Record<string, [number, string]> = {};
    for (const name of ['ledger.csv', 'statement.camt053.xml', 'statement.ofx', 'statement.csv']) {
      const base64 = (await readFile(join(folder, name))).toString('base64');
      const csv: StatementFormat = name === 'statement.csv' ? { decimal: 'comma' } : {};
      const role = name === 'ledger.csv' ? 'ledger' : 'statement';
      const found = await activities.readFinancialFile({ file: { name, base64, csv }, role });
      sizes[name] = [found.lines, found.format];
    }
    expect(sizes).toEqual({
      'ledger.csv': [201, 'CSV'],
      'statement.camt053.xml': [116, 'camt.053'],
      'statement.ofx': [45, 'OFX'],
      'statement.csv': [39, 'CSV'],
    });
  });

  it('refuse a file that the store does not have, and never take one of its other objects for a file', async () => {
    const file = { name: 'x', content: 'date,amount,currency\n2026-03-01,1,EUR\n' };
    const { chunks } = await activities.readFinancialFile({ file, role: 'ledger' });
    const sha256 = chunks[0]?.stored.sha256 ?? '';
    const wanted = activities.readFinancialFile({ file: { name: 'x', sha256 }, role: 'ledger' });
    await expect(wanted).rejects.toMatchObject({ type: 'NotInStore' });
  });

  it('keep the shared thread free while they compare and report on a year of a bank', async () => {
    const year = Array.from({ length: 60_000 }, (_, n) => {
      const day = `2026-03-${String((n % 28) + 1).padStart(2, '0')}`;
      return `${day},${n}.${n % 10}0,EUR,reference ${n}`;
    });
    const content = ['date,amount,currency,reference', ...year].join('\n');
    const readAs = (role: 'ledger' | 'statement') =>
      activities.readFinancialFile({ file: { name: role, content }, role });
    const files = [await readAs('ledger'), await readAs('statement')];
    const [ledger, statement] = files.map(({ chunks }) => chunks.map(({ stored }) => stored));
    const partition = {
      id: 'p',
      account: '',
      currency: 'EUR',
      ledger: ledger ?? [],
      statement: statement ?? [],
    } as Partition;
    const before = performance.eventLoopUtilization();
    const compared = await activities.comparePartition({ partition, rule: matchDefaults, round: 'rest' });
    const { report, complete } = await activities.makeReconciliationReport({
      files,
      accounts: {},
      rule: matchDefaults,
      compared: [compared],
    });
    expect(compared).toMatchObject({ matched: 60_000, left: 0 });
    expect(complete).toBe(false);
    expect(report.accounts[0]?.matched.ledger.lines).toBe(60_000);
    // A share of the time that passed, since both grow where others use the machine.
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.25);
  });
});
