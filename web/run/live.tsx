/** A run as the service streams it: its view, the tasks that settled, and whether the connection holds. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TaskResult } from '../../src/core/task.ts';
import type { RunSummary, RunView } from '../../src/runs/run-view.ts';
import { runPath, type ApiError } from '../api.ts';
import { followRun } from '../events.ts';
import { asApiError, useAsked, useVisible } from '../hooks.ts';
import { useCaller, useKinds } from '../kinds.ts';
import { Loading, Trouble } from '../parts/states.tsx';
import { setQuery } from '../routes.ts';
import type { Written } from './answer.tsx';
import { Approvals } from './approvals.tsx';
import { Controls } from './controls.tsx';
import { Forms } from './forms.tsx';
import { useResultPages } from './pages.ts';
import { rowOfResult, settledItems, withSeen, type Row } from './rows.ts';
import { RunBody } from './view.tsx';
import { Words } from './words.tsx';

interface Followed {
  readonly view?: RunView;
  readonly settled: ReadonlyMap<string, Row>;
  readonly lost?: ApiError;
  /** Asking again would not help. */
  readonly error?: ApiError;
}

/** Somebody may redrive a run that is looked at. */
const everyMs = 20_000;
/** Drawing more often helps nobody, and a run of thousands of tasks settles hundreds a second. */
const drawEveryMs = 200;
/** Of a map run that goes on, items that were seen and whose results were not read: a run may have millions. */
const mostSeen = 5000;

interface LiveRunProps {
  readonly runId: string;
  readonly query: URLSearchParams;
}

export function LiveRun({ runId, query }: LiveRunProps) {
  const { followed, again } = useRun(runId);
  const { view, lost, error } = followed;
  return (
    <>
      {!view && <h1>{runId}</h1>}
      {error && <Trouble error={error} again={again} stale={view !== undefined} />}
      {lost && !error && <Trouble error={lost} stale={view !== undefined} />}
      {!view && !error && !lost && <Loading what="the run" />}
      {view && <Seen view={view} settled={followed.settled} selected={query.get('task') ?? undefined} />}
    </>
  );
}

interface SeenProps {
  readonly view: RunView;
  readonly settled: ReadonlyMap<string, Row>;
  readonly selected: string | undefined;
}

function Seen({ view, settled, selected }: SeenProps) {
  const { runId, status } = view;
  const { value } = useKinds();
  const caller = useCaller();
  const written = useAsked<Written>(view.answer === undefined ? undefined : `${runPath(runId)}/text`);
  const again = useRedrives(view);
  const pages = useResultPages(view);
  const known = useKnown(view, settled, pages.rows);
  const kind = value?.kinds.find(({ name }) => name === view.kind);
  const noun = written.value?.noun ?? kind?.noun ?? 'task';
  const asks = (
    <>
      <Approvals view={view} caller={caller} />
      {kind && <Words view={view} kind={kind} caller={caller} />}
    </>
  );
  return (
    <RunBody
      view={view}
      settled={known}
      reading={pages}
      written={written.value}
      noun={noun}
      redrivenBy={again}
      selected={selected}
      select={(id) => setQuery('task', id ?? '')}
      mayCancel={status === 'running' && view.kind !== 'map' && caller.roles.includes('control')}
      forms={kind && view.answer !== undefined && <Forms runId={runId} forms={kind.forms} />}
      asks={asks}
      controls={<Controls view={view} caller={caller} noun={noun} />}
    />
  );
}

type Rows = ReadonlyMap<string, Row>;

/** Of a map run that goes on what was seen of an item stays until its result is read. */
function useKnown({ kind, status }: RunView, settled: Rows, read: Rows): Rows {
  const isOpenMap = kind === 'map' && status === 'running';
  return useMemo(() => {
    if (read.size === 0) return isOpenMap || kind !== 'map' ? settled : read;
    return isOpenMap && settled.size > 0 ? new Map([...settled, ...read]) : read;
  }, [isOpenMap, kind, settled, read]);
}

/** Once a run is over: each names the run that it does again. */
function useRedrives({ runId, status, fanIn }: RunView): readonly string[] {
  const mayHave = status !== 'running' && (status !== 'completed' || (fanIn?.failureCount ?? 0) > 0);
  const path = mayHave ? `/runs?${new URLSearchParams({ redriveOf: runId, limit: '20' }).toString()}` : undefined;
  const { value } = useAsked<{ readonly runs: readonly RunSummary[] }>(path, everyMs);
  return (value?.runs ?? []).map((run) => run.runId);
}

/** A tab that nobody sees holds no stream; it goes on with what it received last. */
function useRun(runId: string): { readonly followed: Followed; readonly again: () => void } {
  const [followed, setFollowed] = useState<Followed>({ settled: new Map() });
  const [turn, setTurn] = useState(0);
  const visible = useVisible();
  const isOver = useRef(false);
  useEffect(() => {
    if (!visible || isOver.current) return undefined;
    const leaving = new AbortController();
    const draft = new Draft(setFollowed);
    const ended = followRun(
      runId,
      {
        progress: (view) => draft.addView(view),
        settled: (results) => draft.addSettled(results),
        end: (view) => ((isOver.current = true), draft.add({ view })),
        lost: (lost) => draft.add({ lost }),
        live: () => draft.add({ lost: undefined, error: undefined }),
      },
      leaving.signal,
    );
    ended.catch((thrown: unknown) => {
      if (!leaving.signal.aborted) draft.add({ error: asApiError(thrown) });
    });
    return () => (leaving.abort(), draft.close());
  }, [runId, turn, visible]);
  return { followed, again: () => setTurn((each) => each + 1) };
}

type Change = { readonly [K in 'view' | 'lost' | 'error']?: Followed[K] | undefined };

/** Collects what comes until it is drawn. */
class Draft {
  readonly #draw: (change: (before: Followed) => Followed) => void;
  #change: Change = {};
  readonly #settled = new Map<string, Row>();
  /** Of a map run, since it was last drawn. */
  #seen = new Map<string, Row>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawnAt = 0;

  constructor(draw: (change: (before: Followed) => Followed) => void) {
    this.#draw = draw;
  }

  add(change: Change): void {
    this.#change = { ...this.#change, ...change };
    this.#timer ??= setTimeout(() => this.#flush(), Math.max(0, this.#drawnAt + drawEveryMs - Date.now()));
  }

  addView(view: RunView): void {
    for (const row of settledItems(view)) this.#seen.set(row.id, row);
    this.add({ view });
  }

  addSettled(results: readonly TaskResult[]): void {
    for (const result of results) this.#settled.set(result.id, rowOfResult(result, this.#settled.size));
    this.add({});
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#drawnAt = Date.now();
    const change = this.#change;
    this.#change = {};
    const seen = this.#seen;
    this.#seen = new Map();
    // A view that the stream sent again after it was lost begins with the same tasks, so that ids keep each once.
    this.#draw((before) => {
      const all = this.#settled.size === 0 ? before.settled : new Map([...before.settled, ...this.#settled]);
      const known = seen.size === 0 ? all : withSeen(all, seen, mostSeen);
      const { view = before.view, ...rest } = change;
      const next = { ...before, ...rest, settled: known } as Followed;
      return view ? { ...next, view } : next;
    });
  }
}
