/**
 * What a large comparison costs: `node --max-old-space-size=250 bench/quality/reconcile/speed.mjs [lines a side]` (100,000 unless given), after `node scripts/build.mjs`.
 * Reads two files of our own making, compares every month of four accounts and what is left, and makes the report, with the
 * functions that the activities run on threads of their own, and prints processor time, memory and whether each count is the planted one.
 */
import { parseFinancialFile } from '../../../dist/agents/reconcile/activities/parse.js';
import { compareLines } from '../../../dist/agents/reconcile/activities/compare.js';
import { writeReport } from '../../../dist/agents/reconcile/activities/report.js';
import { matchDefaults } from '../../../dist/agents/reconcile/pure/lines.js';
import { generator } from '../../../test/support/seeded.mjs';

const count = Number(process.argv[2] ?? 100_000);
const random = generator(42);
const between = (least, most) => least + Math.floor(random() * (most - least + 1));
const day = (number) => new Date(Date.UTC(2025, 0, 1 + number)).toISOString().slice(0, 10);
const decimal = (cents) => `${cents < 0 ? '-' : ''}${(Math.abs(cents) / 100).toFixed(2)}`;
const names = Array.from(
  { length: 500 },
  (_, number) => `${['North', 'South', 'East', 'West'][number % 4]} Works ${number} GmbH`,
);

/** One of a hundred comes late, 0.7 differ by an amount, 1.3 are twice, 1.5 are missing, and 1.4 are of the bank alone. */
function files() {
  const head = 'date,account,currency,amount,reference,counterparty,text';
  const [ledger, statement] = [[head], [head]];
  const planted = { differ: 0, twice: 0, missingInStatement: 0, missingInLedger: 0 };
  for (let number = 0; number < count; number++) {
    const account = `DE0${1 + (number % 4)}`;
    const at = between(0, 359);
    const cents = between(1, 500_000) * (random() < 0.5 ? -1 : 1);
    const reference = random() < 0.8 ? `INV-${1_000_000 + number}` : '';
    const rest = `${reference},${names[between(0, 499)]},payment ${number % 97} for services`;
    const row = (on, amount) => `${day(on)},${account},EUR,${decimal(amount)},${rest}`;
    ledger.push(row(at, cents));
    const luck = reference === '' ? 1 : random();
    if (luck < 0.015) planted.missingInStatement++;
    else if (luck < 0.025) statement.push(row(at + 5, cents));
    else if (luck < 0.032) {
      statement.push(row(at, cents + 100));
      planted.differ++;
    } else if (luck < 0.045) {
      statement.push(row(at, cents), row(at + 1, cents));
      planted.twice++;
    } else statement.push(row(at + between(0, 2), cents));
    if (random() < 0.014) {
      statement.push(
        `${day(at)},${account},EUR,${decimal(cents + 777)},BANK-${number},Bank ${number} AG,charges ${number}`,
      );
      planted.missingInLedger++;
    }
  }
  return { ledger, statement, planted };
}

const { ledger, statement, planted } = files();
const bytesOf = (rows) => Buffer.from(`${rows.join('\n')}\n`);
const bytes = [bytesOf(ledger), bytesOf(statement)];
ledger.length = 0;
statement.length = 0;

const usage = () => process.cpuUsage();
const secondsSince = (before) => {
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 1e4) / 100;
};
const seconds = {};
const parts = new Map();
const read = [];
const whole = usage();
let from = usage();
for (const [side, role] of ['ledger', 'statement'].entries()) {
  const { groups, ...facts } = await parseFinancialFile({ bytes: bytes[side], name: `${role}.csv`, role });
  read.push({ ...facts, name: `${role}.csv`, role, sha256: '', bytes: bytes[side].length, chunks: groups });
  for (const { account, month, body } of groups) {
    const key = `${month} ${account}`;
    const part = parts.get(key) ?? { account, ledger: [], statement: [] };
    part[role].push(body);
    parts.set(key, part);
  }
}
seconds.read = secondsSince(from);

from = usage();
const rule = matchDefaults;
const compared = [];
const left = new Map();
for (const { account, ...sides } of parts.values()) {
  const found = compareLines({ ...sides, settled: [], rule, round: 'month' });
  compared.push({ account, currency: 'EUR', found: found.result });
  const rest = left.get(account) ?? { ledger: [], statement: [], settled: [] };
  rest.ledger.push(found.leftInLedger);
  rest.statement.push(found.leftInStatement);
  rest.settled.push(found.result);
  left.set(account, rest);
}
seconds.months = secondsSince(from);

from = usage();
for (const [account, rest] of left)
  compared.push({ account, currency: 'EUR', found: compareLines({ ...rest, rule, round: 'rest' }).result });
seconds.rest = secondsSince(from);

from = usage();
const { whole: report } = writeReport({ files: read, accounts: {}, rule, compared });
seconds.report = secondsSince(from);
seconds.all = secondsSince(whole);
const maxMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);

const { matched, differences, missingInStatement, missingInLedger, duplicatesInStatement } = JSON.parse(
  Buffer.from(report).toString(),
);
console.log(
  JSON.stringify({
    lines: count,
    processorSeconds: seconds,
    maxMegabytes,
    matched: matched.length,
    planted,
    found: {
      differ: differences.filter(({ differs }) => differs === 'amount').length,
      twice: duplicatesInStatement.length,
      missingInStatement: missingInStatement.length,
      missingInLedger: missingInLedger.length,
    },
  }),
);
