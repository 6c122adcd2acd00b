/** The results of a run that are asked for page by page: as many as a page can show, and more where they are asked for. */
import { useEffect, useState } from 'preact/hooks';
import type { ResultsPage } from '../../src/core/live/results-page.ts';
import type { RunView } from '../../src/runs/run-view.ts';
import { read, runPath, type ApiError } from '../api.ts';
import { asApiError } from '../hooks.ts';
import { rowOfResult, type Row } from './rows.ts';

export interface Reading {
  readonly rows: ReadonlyMap<string, Row>;
  readonly busy: boolean;
  /** There are more than were read. */
  readonly more: boolean;
  readonly error?: ApiError | undefined;
  readonly goOn: () => void;
}

const pageSize = 1000;
const readAtOnce = 100_000;
/** Larger results are not kept: the detail of a task asks for its own again. */
const keptCharacters = 2000;

const nothing: Omit<Reading, 'goOn'> = { rows: new Map(), busy: false, more: false };

export function useResultPages(view: RunView | undefined): Reading {
  const [reading, setReading] = useState(nothing);
  const [most, setMost] = useState(readAtOnce);
  const runId = view?.resultsInPages && !view.resultsProblem ? view.runId : undefined;
  useEffect(() => {
    if (runId === undefined) return undefined;
    const leaving = new AbortController();
    void readPages(runId, most, leaving.signal, setReading);
    return () => leaving.abort();
  }, [runId, most]);
  return { ...reading, goOn: () => setMost((each) => each + readAtOnce) };
}

async function readPages(
  runId: string,
  most: number,
  signal: AbortSignal,
  show: (reading: Omit<Reading, 'goOn'>) => void,
): Promise<void> {
  const rows = new Map<string, Row>();
  let next: number | undefined = 0;
  try {
    while (next !== undefined && rows.size < most) {
      const page: ResultsPage = await read(`${runPath(runId)}/results?after=${next}&limit=${pageSize}`, signal);
      for (const result of page.results) rows.set(result.id, slim(rowOfResult(result, rows.size)));
      next = page.results.length === 0 ? undefined : page.next;
      if (signal.aborted) return;
      show({ rows: new Map(rows), busy: next !== undefined && rows.size < most, more: next !== undefined });
    }
  } catch (error) {
    if (!signal.aborted) show({ rows, busy: false, more: true, error: asApiError(error) });
  }
}

function slim(row: Row): Row {
  if (row.result === undefined || JSON.stringify(row.result).length <= keptCharacters) return row;
  const { result: _large, ...rest } = row;
  return { ...rest, isLarge: true };
}
