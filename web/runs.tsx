/** The runs, newest first, which update by themselves; what is filtered for is in the address. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunSummary } from '../src/runs/run-view.ts';
import { read, runPath, type ApiError } from './api.ts';
import { count, exactMoment, many, moment, span } from './format.ts';
import { asApiError, useAsked, useNow, useVisible } from './hooks.ts';
import { useKinds } from './kinds.ts';
import { Badge } from './parts/badge.tsx';
import { Link } from './parts/link.tsx';
import { Empty, Loading, Trouble } from './parts/states.tsx';
import { setQuery } from './routes.ts';

interface Page {
  readonly runs: readonly RunSummary[];
  readonly next?: number;
}

const everyMs = 3000;
const pageSize = 50;
const states = ['running', 'stuck', 'completed', 'failed', 'cancelled'] as const;

export function RunList({ query }: { readonly query: URLSearchParams }) {
  const [kind, status, text] = ['kind', 'status', 'text'].map((name) => query.get(name) ?? '');
  const path = pathOf({ kind, status });
  const { value, error, again } = useAsked<Page>(path, everyMs);
  const older = useOlder(path, value?.next);
  const all = withoutTwice([...(value?.runs ?? []), ...older.runs]);
  const found = text ? all.filter((run) => has(run, text.toLowerCase())) : all;
  const visible = useVisible();
  const now = useNow(visible && found.some((run) => run.status === 'running'), 1000);
  const filtered = Boolean(kind || status || text);
  return (
    <>
      <div class="head">
        <h1>Runs</h1>
        <Link to="/start" class="button main">
          Start a run
        </Link>
      </div>
      <Filters kind={kind ?? ''} status={status ?? ''} text={text ?? ''} />
      {error && <Trouble error={error} again={again} stale={value !== undefined} />}
      {!value && !error && <Loading what="the runs" />}
      {value && found.length > 0 && <RunTable runs={found} now={now} />}
      {value && all.length === 0 && <NoRuns filtered={filtered} />}
      {value && (
        <p class="quiet" role="status">
          {text
            ? `${many(found.length, 'run')} with “${text}” among the newest ${count(all.length)}${older.next === undefined ? '' : '; older ones were not looked at'}`
            : `${many(all.length, 'run')}${older.next === undefined ? '' : ', and there are older ones'}`}
        </p>
      )}
      {older.error && <Trouble error={older.error} />}
      {value && older.next !== undefined && (
        <button onClick={older.load} disabled={older.busy}>
          {text ? 'Look through older runs' : 'Show older runs'}
        </button>
      )}
    </>
  );
}

function pathOf(filter: Readonly<Record<string, string | undefined>>, before?: number): string {
  const query = new URLSearchParams({ limit: `${pageSize}` });
  for (const [name, value] of Object.entries(filter)) if (value) query.set(name, value);
  if (before !== undefined) query.set('before', `${before}`);
  return `/runs?${query.toString()}`;
}

/** The pages below the first, which is the one that updates. */
function useOlder(path: string, firstNext: number | undefined) {
  const [pages, setPages] = useState<readonly Page[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const current = useRef(path);
  useEffect(() => {
    current.current = path;
    setPages([]);
    setError(undefined);
  }, [path]);
  const next = pages.length > 0 ? pages.at(-1)?.next : firstNext;
  const load = async (): Promise<void> => {
    setBusy(true);
    try {
      const page = await read<Page>(`${path}&before=${next ?? ''}`);
      if (current.current === path) setPages((before) => [...before, page]);
      setError(undefined);
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setBusy(false);
  };
  return { runs: pages.flatMap(({ runs }) => runs), next, busy, error, load: () => void load() };
}

/** A run that began in the moment at which a page ends is in both. */
function withoutTwice(runs: readonly RunSummary[]): readonly RunSummary[] {
  return [...new Map(runs.map((run) => [run.runId, run])).values()];
}

function has({ runId, kind, tenant = '' }: RunSummary, text: string): boolean {
  return [runId, kind, tenant].some((each) => each.toLowerCase().includes(text));
}

function Filters({ kind, status, text }: { readonly kind: string; readonly status: string; readonly text: string }) {
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
          {states.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="wide">
        Text
        <input
          type="search"
          value={text}
          placeholder="in the id, kind or tenant"
          onInput={(event) => setQuery('text', event.currentTarget.value)}
        />
      </label>
    </form>
  );
}

function NoRuns({ filtered }: { readonly filtered: boolean }) {
  if (filtered)
    return (
      <Empty title="No run is like that">
        <Link to="/">Show all runs</Link>
      </Empty>
    );
  return (
    <Empty title="There is no run yet">
      <p class="quiet">
        Start one here, or at a terminal: <code>npx fanfold research "…"</code>
      </p>
      <Link to="/start" class="button main">
        Start a run
      </Link>
    </Empty>
  );
}

function RunTable({ runs, now }: { readonly runs: readonly RunSummary[]; readonly now: number }) {
  const tenants = runs.some(({ tenant }) => tenant !== undefined);
  return (
    <table class="runs">
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
        {runs.map(({ runId, kind, status, startedAt, closedAt, tenant, unreadable }) => (
          <tr key={runId}>
            <td>
              <Badge of={status} />
            </td>
            <th scope="row">
              <Link to={runPath(runId)}>{runId}</Link>
              {unreadable && <span class="bad"> {unreadable.message}</span>}
            </th>
            <td data-label="Kind">{kind}</td>
            {tenants && <td data-label="Tenant">{tenant ?? ''}</td>}
            <td data-label="Started">
              <time dateTime={new Date(startedAt).toISOString()} title={exactMoment(startedAt)}>
                {moment(startedAt)}
              </time>
            </td>
            <td data-label="Took" class="number">
              {span(Math.max(0, (closedAt ?? now) - startedAt))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
