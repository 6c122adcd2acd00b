/** The runs, newest first, which update by themselves; what is filtered for is in the address. */
import { useRef, useState } from 'preact/hooks';
import type { RunSummary } from '../src/runs/run-view.ts';
import { runPath } from './api.ts';
import { count, exactMoment, many, moment, span } from './format.ts';
import { useAsked, useNow, useVisible } from './hooks.ts';
import { useKinds } from './kinds.ts';
import { Badge, partialText, standingText } from './parts/badge.tsx';
import { standingOf, type Standing } from './parts/standing.ts';
import { Link } from './parts/link.tsx';
import { RowNotes, type ListedRun } from './parts/row-notes.tsx';
import { Empty, Loading, Trouble } from './parts/states.tsx';
import { setQuery } from './routes.ts';
import { KindCards } from './start/kind-cards.tsx';

interface Page {
  readonly runs: readonly ListedRun[];
  readonly next?: number;
  /** Open runs of which nobody says whether they wait for a person. */
  readonly unknown?: number;
}

const everyMs = 3000;
/** What costs the service more is asked for less often. */
const everyMsOfMany = 10_000;
const pageSize = 50;
/** What the service gives at once. */
const mostRuns = 1000;
/** As the service calls them, and as they are shown. */
const states: readonly (readonly [status: string, shown: Standing])[] = [
  ['running', 'running'],
  ['waiting', 'asks'],
  ['stuck', 'stuck'],
  ['completed', 'completed'],
  ['partial', 'partial'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
];
/** Of each of these the service has to ask. */
const dearStates = new Set(['stuck', 'waiting']);

export function RunList({ query }: { readonly query: URLSearchParams }) {
  const filter = Object.fromEntries(
    ['kind', 'status', 'tenant', 'before'].map((name) => [name, query.get(name) ?? '']),
  );
  const text = query.get('text') ?? '';
  const { kind = '', status = '', tenant = '' } = filter;
  return (
    <>
      <div class="head">
        <h1>Runs</h1>
        <Link to="/start" class="button main">
          Start a run
        </Link>
      </div>
      <Filters kind={kind} status={status} tenant={tenant} text={text} />
      <Found key={JSON.stringify(filter)} filter={filter} text={text} />
    </>
  );
}

interface FoundProps {
  readonly filter: Readonly<Record<string, string>>;
  readonly text: string;
}

/** All that are shown are asked for together, so that each of them is as it is now. */
function Found({ filter, text }: FoundProps) {
  const [limit, setLimit] = useState(pageSize);
  const { value, error, again } = useAsked<Page>(
    pathOf(filter, limit),
    limit > 2 * pageSize || dearStates.has(filter['status'] ?? '') ? everyMsOfMany : everyMs,
  );
  const kept = useKept(value);
  const more =
    limit < mostRuns ? () => setLimit(Math.min(mostRuns, limit < 4 * pageSize ? 4 * pageSize : mostRuns)) : undefined;
  return (
    <>
      {error && <Trouble error={error} again={again} stale={kept !== undefined} />}
      {!kept && !error && <Loading what="the runs" />}
      {kept && <FoundRuns page={kept} filter={filter} text={text} more={more} busy={!value} />}
    </>
  );
}

/** What was known stays until more of it has come. */
function useKept(page: Page | undefined): Page | undefined {
  const kept = useRef<Page>(undefined);
  if (page) kept.current = page;
  return kept.current;
}

interface FoundRunsProps extends FoundProps {
  readonly page: Page;
  /** Undefined where no more can be shown at once. */
  readonly more: (() => void) | undefined;
  readonly busy: boolean;
}

function FoundRuns({ page: { runs, next, unknown }, filter, text, more, busy }: FoundRunsProps) {
  const found = text === '' ? runs : runs.filter((run) => has(run, text.toLowerCase()));
  const visible = useVisible();
  const now = useNow(visible && found.some(({ status }) => status === 'running'), 1000);
  const filtered = text !== '' || Object.values(filter).some((each) => each !== '');
  return (
    <>
      {found.length > 0 ? <RunTable runs={found} now={now} /> : runs.length === 0 && <NoRuns filtered={filtered} />}
      <p class="quiet" role="status">
        {text === '' ? foundText(runs.length, next) : searchedText(text, found.length, runs.length, next)}
      </p>
      {unknown !== undefined && <Unknown amount={unknown} />}
      {next !== undefined && <Older {...{ next, filter, text, more, busy }} />}
    </>
  );
}

/** Nobody's answer is no answer that they wait for nobody. */
function Unknown({ amount }: { readonly amount: number }) {
  return (
    <p class="note">
      Of {many(amount, 'open run')} it is not known whether {amount === 1 ? 'it waits' : 'they wait'} for a person: no
      worker answered, or the namespace lacks an attribute that <code>fanfold namespace setup</code> adds.
    </p>
  );
}

/** Older runs, as many more as can be shown at once, or by their own address. */
function Older({ next, filter, text, more, busy }: Omit<FoundRunsProps, 'page'> & { readonly next: number }) {
  if (!more) return <Link to={`/?${queryOf({ ...filter, text, before: `${next}` }).toString()}`}>Older ones</Link>;
  return (
    <button onClick={more} disabled={busy}>
      {text === '' ? 'Show older runs' : 'Look through older runs'}
    </button>
  );
}

function foundText(amount: number, next: number | undefined): string {
  return `${many(amount, 'run')}${next === undefined ? '' : ', and there are older ones'}`;
}

/** The text is looked for in what was read, so that it is said how much that is. */
function searchedText(text: string, found: number, all: number, next: number | undefined): string {
  const rest = next === undefined ? '' : '; older ones were not looked at';
  return `${many(found, 'run')} with “${text}” among the newest ${count(all)}${rest}`;
}

function pathOf(filter: FoundProps['filter'], limit: number): string {
  return `/runs?${queryOf({ ...filter, waiting: 'true', limit: `${limit}` }).toString()}`;
}

function queryOf(parts: Readonly<Record<string, string>>): URLSearchParams {
  return new URLSearchParams(Object.entries(parts).filter(([, value]) => value !== ''));
}

function has({ runId, kind, tenant = '', asked = '' }: RunSummary, text: string): boolean {
  return [runId, kind, tenant, asked].some((each) => each.toLowerCase().includes(text));
}

interface FiltersProps {
  readonly kind: string;
  readonly status: string;
  readonly tenant: string;
  readonly text: string;
}

function Filters({ kind, status, tenant, text }: FiltersProps) {
  const { value } = useKinds();
  const kinds = value?.kinds.map(({ name }) => name) ?? [];
  return (
    <form class="filters" role="search" aria-label="Filter the runs" onSubmit={(event) => event.preventDefault()}>
      <label>
        Kind
        <select value={kind} onChange={(event) => setQuery('kind', event.currentTarget.value)}>
          <option value="">all</option>
          {[...new Set([...kinds, ...(kind ? [kind] : [])])].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        State
        <select value={status} onChange={(event) => setQuery('status', event.currentTarget.value)}>
          <option value="">all</option>
          {states.map(([name, shown]) => (
            <option key={name} value={name}>
              {standingText(shown)}
            </option>
          ))}
        </select>
      </label>
      {tenant !== '' && (
        <label>
          Tenant
          <input type="search" value={tenant} onInput={(event) => setQuery('tenant', event.currentTarget.value)} />
        </label>
      )}
      <label class="wide">
        Search
        <input
          type="search"
          value={text}
          placeholder="in the id, the kind, the tenant or what was asked"
          onInput={(event) => setQuery('text', event.currentTarget.value)}
        />
      </label>
    </form>
  );
}

function NoRuns({ filtered }: { readonly filtered: boolean }) {
  const kinds = useKinds().value?.kinds ?? [];
  if (filtered)
    return (
      <Empty title="No run is like that">
        <Link to="/">Show all runs</Link>
      </Empty>
    );
  return (
    <>
      <Empty title="There is no run yet">
        <p class="quiet">
          Choose what to start, or do so at a terminal: <code>npx fanfold research "…"</code>
        </p>
      </Empty>
      <KindCards kinds={kinds} />
    </>
  );
}

function RunTable({ runs, now }: { readonly runs: readonly ListedRun[]; readonly now: number }) {
  const tenants = runs.some(({ tenant }) => tenant !== undefined);
  const asking = new Set((useKinds().value?.kinds ?? []).flatMap(({ name, approvals }) => (approvals ? [name] : [])));
  return (
    <table class="runs panel">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Run</th>
          <th scope="col">Kind</th>
          {tenants && <th scope="col">Tenant</th>}
          <th scope="col">Started</th>
          <th scope="col" class="number">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.runId} run={run} now={now} tenants={tenants} mayAsk={asking.has(run.kind)} />
        ))}
      </tbody>
    </table>
  );
}

interface RunRowProps {
  readonly run: ListedRun;
  readonly now: number;
  /** Whether there is a column for whose it is. */
  readonly tenants: boolean;
  /** Whether calls of its kind may wait for a person. */
  readonly mayAsk: boolean;
}

function RunRow({ run, now, tenants, mayAsk }: RunRowProps) {
  const { runId, kind, startedAt, closedAt, tenant, partial, asked } = run;
  return (
    <tr>
      <td>
        <Badge of={standingOf(run)} says={partial && partialText(partial)} />
      </td>
      <th scope="row">
        <Link to={runPath(runId)}>{runId}</Link>
        {asked !== undefined && (
          <span class="asked quiet" title={asked}>
            {asked}
          </span>
        )}
        <RowNotes run={run} mayAsk={mayAsk} />
      </th>
      <td data-label="Kind">{kind}</td>
      {tenants && (
        <td data-label="Tenant">
          {tenant === undefined ? '' : <Link to={`/?${queryOf({ tenant }).toString()}`}>{tenant}</Link>}
        </td>
      )}
      <td data-label="Started">
        <time dateTime={new Date(startedAt).toISOString()} title={exactMoment(startedAt)}>
          {moment(startedAt)}
        </time>
      </td>
      <td data-label={closedAt === undefined ? 'For' : 'Took'} class="number">
        {span(Math.max(0, (closedAt ?? now) - startedAt))}
      </td>
    </tr>
  );
}
