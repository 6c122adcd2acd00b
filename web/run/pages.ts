/** The results of a run that are asked for page by page: as many as a page can show, and more where they are asked for. */
import { useEffect, useState } from 'preact/hooks';
import type { ResultsPage } from '../../src/core/live/results-page.ts';
import type { RunView } from '../../src/runs/run-view.ts';
import { ApiError, read, runPath } from '../api.ts';
import { pause } from '../events.ts';
import { asApiError, useVisible } from '../hooks.ts';
import { addResults, type Row } from './rows.ts';

export interface Reading {
  readonly rows: ReadonlyMap<string, Row>;
  readonly busy: boolean;
  /** There are more than were read. */
  readonly more: boolean;
  readonly error?: ApiError | undefined;
  readonly goOn: () => void;
}

const everyMs = 2000;
/** Where the first of them are slow, nothing more is to be had for long. */
const longestMs = 10_000;
const pageSize = 1000;
const readAtOnce = 100_000;
/** Larger results are not kept: the detail of a task asks for its own again. */
const keptCharacters = 2000;

const nothing: Omit<Reading, 'goOn'> = { rows: new Map(), busy: false, more: false };

export function useResultPages(view: RunView | undefined): Reading {
  const [reading, setReading] = useState(nothing);
  const [most, setMost] = useState(readAtOnce);
  // While a map run goes on, its results are to be had as far as all before them have settled.
  const goesOn = view?.status === 'running' && view.kind === 'map';
  const runId = goesOn || (view?.resultsInPages && !view.resultsProblem) ? view.runId : undefined;
  const visible = useVisible();
  useEffect(() => {
    if (runId === undefined || (goesOn && !visible)) return undefined;
    const leaving = new AbortController();
    void readPages({ runId, most, goesOn, signal: leaving.signal }, setReading);
    return () => leaving.abort();
  }, [runId, most, goesOn, visible]);
  return { ...reading, goOn: () => setMost((each) => each + readAtOnce) };
}

interface Asked {
  readonly runId: string;
  readonly most: number;
  readonly goesOn: boolean;
  readonly signal: AbortSignal;
}

async function readPages(
  { runId, most, goesOn, signal }: Asked,
  show: (reading: Omit<Reading, 'goOn'>) => void,
): Promise<void> {
  const rows = new Map<string, Row>();
  let after = 0;
  let waitMs = everyMs;
  while (rows.size < most && !signal.aborted) {
    const page = await read<ResultsPage>(`${runPath(runId)}/results?after=${after}&limit=${pageSize}`, signal).catch(
      (error: unknown) => asApiError(error),
    );
    if (signal.aborted) return;
    if (page instanceof ApiError) {
      // The view of a run that goes on says by itself what is wrong with it.
      if (!goesOn) return show({ rows, busy: false, more: true, error: page });
    } else {
      addResults(rows, page.results, slim);
      waitMs = page.results.length > 0 ? everyMs : Math.min(waitMs * 1.5, longestMs);
      after += page.results.length;
      const more = page.next !== undefined && page.results.length > 0;
      show({ rows: new Map(rows), busy: more && rows.size < most, more });
      if (!more && !goesOn) return;
      if (more) continue;
    }
    await pause(waitMs, signal);
  }
}

function slim(row: Row): Row {
  if (row.result === undefined || JSON.stringify(row.result).length <= keptCharacters) return row;
  const { result: _large, ...rest } = row;
  return { ...rest, isLarge: true };
}
