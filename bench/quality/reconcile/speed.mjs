/**
 * What a large comparison costs: `node bench/quality/reconcile/speed.mjs [lines a side]` (100,000 unless given), after `node scripts/build.mjs`.
 * Writes two files of our own making, reads them, compares every month of four accounts and what is left, and makes the report, with
 * the activities of a run, one after the other, through a store of files; and prints processor time, the most memory that
 * the process had, its threads included, and whether each count is the planted one.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReconcileActivities } from '../../../dist/agents/reconcile/activities/index.js';
import { matchDefaults } from '../../../dist/agents/reconcile/pure/lines.js';
import { leftovers, partitionsOf } from '../../../dist/agents/reconcile/pure/partitions.js';
import { sourceFiles } from '../../../dist/agents/reconcile/source-files.js';
import { wholeReport } from '../../../dist/agents/reconcile/whole-report.js';
import { openStore } from '../../../dist/store/index.js';
import { generator } from '../../../test/support/seeded.mjs';

const count = Number(process.argv[2] ?? 100_000);
const home = await mkdtemp(join(tmpdir(), 'fanfold-reconcile-'));
const random = generator(42);
const between = (least, most) => least + Math.floor(random() * (most - least + 1));
const day = (number) => new Date(Date.UTC(2025, 0, 1 + number)).toISOString().slice(0, 10);
const decimal = (cents) => `${cents < 0 ? '-' : ''}${(Math.abs(cents) / 100).toFixed(2)}`;
const names = Array.from(
  { length: 500 },
  (_, number) => `${['North', 'South', 'East', 'West'][number % 4]} Works ${number} GmbH`,
);

/** One of a hundred comes late, 0.7 differ by an amount, 1.3 are twice, 1.5 are missing, and 1.4 are of the bank alone. */
async function write() {
  const head = 'date,account,currency,amount,reference,counterparty,text';
  const paths = [join(home, 'ledger.csv'), join(home, 'statement.csv')];
  const streams = paths.map((path) => createWriteStream(path));
  const [ledger, statement] = streams.map((stream) => ({
    push: (...rows) => rows.map((row) => stream.write(`${row}\n`)).every(Boolean),
    stream,
  }));
  ledger.push(head);
  statement.push(head);
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
    for (const stream of streams) if (stream.writableNeedDrain) await once(stream, 'drain');
  }
  for (const stream of streams) await once(stream.end(), 'finish');
  return { paths, planted };
}

const { paths, planted } = await write();
const store = openStore(home);
const activities = createReconcileActivities({ home, coded: (plain) => plain });
const seconds = {};
const timed = async (name, work) => {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  seconds[name] = Math.round((user + system) / 1e4) / 100;
  return value;
};
const inTurn = async (items, task) => {
  const all = [];
  for (const item of items) all.push(await task(item));
  return all;
};
const rule = matchDefaults;
const began = Date.now();
const made = await timed('all', async () => {
  const given = await sourceFiles(
    paths.map((path) => ({ path, csv: undefined })),
    async () => store,
  );
  const roles = ['ledger', 'statement'];
  const files = await timed('read', () =>
    inTurn(given, (file) => activities.readFinancialFile({ file, role: roles[given.indexOf(file)] })),
  );
  const compare = (round) => (partition) => activities.comparePartition({ partition, rule, round });
  const months = await timed('months', () => inTurn(partitionsOf(files), compare('month')));
  const rest = await timed('rest', () => inTurn(leftovers(months), compare('rest')));
  const compared = [...months, ...rest];
  return timed('report', () => activities.makeReconciliationReport({ files, accounts: {}, rule, compared }));
});
const maxMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
const { report, matches } = await wholeReport(store, made, 'speed');
let matched = 0;
for await (const each of matches()) matched += each.length;
console.log(
  JSON.stringify({
    lines: count,
    processorSeconds: seconds,
    wallSeconds: Math.round((Date.now() - began) / 100) / 10,
    maxMegabytes,
    matched,
    planted,
    found: {
      differ: report.differences.filter(({ differs }) => differs === 'amount').length,
      twice: report.duplicatesInStatement.length,
      missingInStatement: report.missingInStatement.length,
      missingInLedger: report.missingInLedger.length,
    },
  }),
);
await rm(home, { recursive: true });
