/**
 * What calls of models have cost, as sums that all processes of a deployment add to: of a tenant a day, which stay, and of a run
 * and its tasks, which go once its namespace has long forgotten the run.
 */
import { openDatabase, type DatabaseRow, type ExecuteStatement } from '../../store/database.ts';
import { addedUse, dayOf, noUse, type ModelUse } from '../learned/tenant-budget.ts';

/** Where there is no `DATABASE_URL`. */
export const costsFile = 'costs.db';

/** Whose call of which model it was. */
export interface CostOf {
  readonly run: string;
  /** Empty where the tasks of the run are too many to tell of each. */
  readonly task: string;
  /** Undefined where the run is nobody's. */
  readonly tenant: string | undefined;
  readonly kind: string;
  readonly model: string;
}

export interface CostEntry extends CostOf {
  readonly use: ModelUse;
}

/** Of which days and whom; all tenants where none is named. */
export interface TenantCostsAsked {
  /** Such as `2026-11-01`, itself included: what was used from the first of them on, parted where another one begins. */
  readonly since: readonly string[];
  readonly tenant?: string | undefined;
}

/** What is known of a tenant's calls of one model by runs of one kind; without `tenant`: of runs that are nobody's. */
export interface TenantUse extends ModelUse {
  readonly tenant?: string;
  /** The last of the days asked for that it does not lie before. */
  readonly since: string;
  readonly kind: string;
  readonly model: string;
}

/** Two tenants may each have a run of the same id, one after the other. */
export interface RunUse extends ModelUse {
  readonly run: string;
  readonly tenant?: string;
}

export interface TaskUse extends ModelUse {
  readonly task: string;
}

export interface CostTable {
  /** @param now milliseconds since the Unix epoch */
  add(entries: readonly CostEntry[], now: number): Promise<void>;
  /** Of each tenant that has a run of one of these ids. */
  ofRuns(runs: readonly string[]): Promise<RunUse[]>;
  /** Those that cost most first, at most so many. */
  ofTasks(of: Pick<CostOf, 'run' | 'tenant'>, most: number): Promise<TaskUse[]>;
  ofTenants(asked: TenantCostsAsked): Promise<TenantUse[]>;
  /** What a tenant has used since a day, itself included. */
  used(tenant: string, since: string): Promise<ModelUse>;
  /** Removes what is known of single runs and was added to before then, in milliseconds since the Unix epoch. */
  forgetRuns(before: number): Promise<void>;
  close(): Promise<void>;
}

const sums =
  'calls BIGINT NOT NULL, priced BIGINT NOT NULL, input BIGINT NOT NULL, output BIGINT NOT NULL, cost DOUBLE PRECISION NOT NULL, guessed BIGINT NOT NULL DEFAULT 0';
const tables = [
  `CREATE TABLE IF NOT EXISTS fanfold_costs_of_runs (namespace TEXT NOT NULL, run TEXT NOT NULL, tenant TEXT NOT NULL, task TEXT NOT NULL, at BIGINT NOT NULL, ${sums}, PRIMARY KEY (namespace, run, tenant, task))`,
  'CREATE INDEX IF NOT EXISTS fanfold_costs_of_runs_at ON fanfold_costs_of_runs (at)',
  `CREATE TABLE IF NOT EXISTS fanfold_tenant_costs (namespace TEXT NOT NULL, tenant TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL, ${sums}, PRIMARY KEY (namespace, tenant, day, kind, model))`,
];

const columns = ['calls', 'priced', 'guessed', 'input', 'output', 'cost'];

/** Adds to the row of a key, or makes it. */
function adding(table: string, keys: readonly string[], kept: readonly string[] = []): string {
  const all = [...keys, ...kept, ...columns];
  const news = kept.map((name) => `${name} = excluded.${name}`);
  const more = columns.map((name) => `${name} = ${table}.${name} + excluded.${name}`);
  const places = all.map(() => '?').join(', ');
  return `INSERT INTO ${table} (${all.join(', ')}) VALUES (${places}) ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${[...news, ...more].join(', ')}`;
}

const addToRun = adding('fanfold_costs_of_runs', ['namespace', 'run', 'tenant', 'task'], ['at']);
const addToTenant = adding('fanfold_tenant_costs', ['namespace', 'tenant', 'day', 'kind', 'model']);
const summed = columns.map((name) => `SUM(${name}) AS ${name}`).join(', ');
const ofRun = 'FROM fanfold_costs_of_runs WHERE namespace = ? AND run';
const ofDays = 'FROM fanfold_tenant_costs WHERE namespace = ? AND day >= ?';
/** A statement has room for so many arguments in either database. */
const runsAtOnce = 500;

/** The table in the database that `DATABASE_URL` names, or in a file in `home`, as those see it who work in a namespace. */
export function costTable(home: string, databaseUrl: string | undefined, namespace = 'default'): CostTable {
  const database = openDatabase({
    url: databaseUrl,
    home,
    file: costsFile,
    async prepare(run) {
      for (const each of tables) await run(each);
      for (const each of ['fanfold_costs_of_runs', 'fanfold_tenant_costs']) await addGuessed(run, each);
    },
  });
  const { execute } = database;
  return {
    async add(entries, now) {
      const perRun = grouped(entries, ({ run, tenant = '', task }) => [run, tenant, task]);
      const perTenant = grouped(entries, ({ tenant = '', kind, model }) => [tenant, dayOf(now), kind, model]);
      await database.transaction(async (run) => {
        for (const [key, use] of perRun) await run(addToRun, namespace, ...key, now, ...values(use));
        for (const [key, use] of perTenant) await run(addToTenant, namespace, ...key, ...values(use));
      });
    },
    async ofRuns(runs) {
      const found: RunUse[] = [];
      for (let from = 0; from < runs.length; from += runsAtOnce) {
        const some = runs.slice(from, from + runsAtOnce).map(storable);
        const select = `SELECT run, tenant, ${summed} ${ofRun} IN (${some.map(() => '?').join(', ')}) GROUP BY run, tenant`;
        const rows = await execute(select, namespace, ...some);
        found.push(...rows.map((row) => ({ run: String(row['run']), ...tenantIn(row), ...useIn(row) })));
      }
      return found;
    },
    async ofTasks({ run, tenant = '' }, most) {
      const select = `SELECT * ${ofRun} = ? AND tenant = ? AND task <> '' ORDER BY cost DESC, input + output DESC, task LIMIT ?`;
      const rows = await execute(select, namespace, storable(run), storable(tenant), most);
      return rows.map((row) => ({ task: String(row['task']), ...useIn(row) }));
    },
    ofTenants: (asked) => tenantUses(execute, namespace, asked),
    async used(tenant, since) {
      const [row] = await execute(`SELECT ${summed} ${ofDays} AND tenant = ?`, namespace, since, storable(tenant));
      return row ? useIn(row) : noUse;
    },
    async forgetRuns(before) {
      await execute('DELETE FROM fanfold_costs_of_runs WHERE at < ?', before);
    },
    close: () => database.close(),
  };
}

/** Tables that earlier versions made lack the column; those versions go on writing to one that has it. */
async function addGuessed(run: ExecuteStatement, table: string): Promise<void> {
  const [row] = await run(`SELECT * FROM (SELECT 1 AS one) AS first LEFT JOIN ${table} ON 1 = 1 LIMIT 1`);
  if (row && !('guessed' in row)) await run(`ALTER TABLE ${table} ADD COLUMN guessed BIGINT NOT NULL DEFAULT 0`);
}

/** In one statement, however many tenants and days. */
async function tenantUses(
  execute: ExecuteStatement,
  namespace: string,
  { since, tenant }: TenantCostsAsked,
): Promise<TenantUse[]> {
  const days = [...new Set(since)].toSorted().toReversed();
  const [first = ''] = days.slice(-1);
  const part = `CASE ${days.map(() => 'WHEN day >= ? THEN ?').join(' ')} END AS since_day`;
  const [where, args] = tenant === undefined ? ['', []] : [' AND tenant = ?', [storable(tenant)]];
  const rows = await execute(
    `SELECT tenant, kind, model, ${part}, ${summed} ${ofDays}${where} GROUP BY tenant, kind, model, since_day ORDER BY tenant, kind, model`,
    ...days.flatMap((day) => [day, day]),
    namespace,
    first,
    ...args,
  );
  return rows.map((row) => ({
    ...tenantIn(row),
    since: String(row['since_day']),
    kind: String(row['kind']),
    model: String(row['model']),
    ...useIn(row),
  }));
}

/** In the same order in each process, as two that lock the same rows in another one would wait for each other. */
function grouped(
  entries: readonly CostEntry[],
  keyOf: (entry: CostEntry) => readonly string[],
): readonly (readonly [key: readonly string[], use: ModelUse])[] {
  const sumsByKey = new Map<string, readonly [readonly string[], ModelUse]>();
  for (const entry of entries) {
    const key = keyOf(entry).map(storable);
    const name = JSON.stringify(key);
    sumsByKey.set(name, [key, addedUse(sumsByKey.get(name)?.[1] ?? noUse, entry.use)]);
  }
  return [...sumsByKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** PostgreSQL takes no such character in a text. */
function storable(text: string): string {
  return text.replaceAll('\0', '');
}

function values({ calls, priced, guessed, inputTokens, outputTokens, cost }: ModelUse): number[] {
  return [calls, priced, guessed, inputTokens, outputTokens, cost];
}

function tenantIn({ tenant }: DatabaseRow): { tenant?: string } {
  return tenant === '' ? {} : { tenant: String(tenant) };
}

/** Sums come as texts from PostgreSQL, and as nothing where there is no row. */
function useIn(row: DatabaseRow): ModelUse {
  const number = (name: string): number => Number(row[name] ?? 0);
  return {
    calls: number('calls'),
    priced: number('priced'),
    guessed: number('guessed'),
    inputTokens: number('input'),
    outputTokens: number('output'),
    cost: number('cost'),
  };
}
