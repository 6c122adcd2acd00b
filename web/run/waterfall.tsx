/**
 * Tasks as bars on one scale of time. Only the rows that can be seen are in the document, so that a hundred thousand of them
 * are as smooth as ten; it is one grid for the keyboard and for who has it read aloud.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunView } from '../../src/runs/run-view.ts';
import { moment, span } from '../format.ts';
import { Badge } from '../parts/badge.tsx';
import { durationOf, keyOf, spanOf, type Row, type Span } from './rows.ts';
import { retryText, waitText } from './rule.ts';

interface WaterfallProps {
  readonly view: RunView;
  readonly rows: readonly Row[];
  /** Those that make the scale, which stays as it is whatever is listed. */
  readonly all: readonly Row[];
  readonly now: number;
  readonly unfolded: ReadonlySet<string>;
  readonly fold: (id: string) => void;
  readonly selected: string | undefined;
  readonly select: (id: string | undefined) => void;
}

const rowHeight = 34;
/** Rows above and below those that are seen, so that scrolling shows no gap. */
const spare = 8;
const mostRows = 18;
/** A page of paper has no use for a scroll bar, and nobody prints more. */
const printedRows = 2000;

export function Waterfall(props: WaterfallProps) {
  const { view, rows, all, now, unfolded, fold, selected, select } = props;
  const [top, setTop] = useState(0);
  const printing = usePrinting();
  const scale = spanOf(all, view, now);
  const height = Math.min(rows.length, mostRows) * rowHeight;
  const first = printing ? 0 : Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(rows.length, printing ? printedRows : Math.ceil((top + height) / rowHeight) + spare);
  const { box, current, setActive, press } = useRowKeys(props, height);
  const step = stepOf(scale);
  return (
    <div class="panel" style={{ '--step': `${(step / (scale.to - scale.from)) * 100}%` }}>
      <Scale view={view} scale={scale} step={step} beside={rows.length > mostRows} />
      <div
        ref={box}
        class={rows.length > mostRows ? 'waterfall scrolls' : 'waterfall'}
        role="grid"
        tabIndex={0}
        aria-label="Tasks over time"
        aria-rowcount={rows.length}
        aria-colcount={4}
        {...(current >= first && current < last ? { 'aria-activedescendant': `row-${current}` } : {})}
        style={printing ? {} : { height: `${height}px` }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={press}
      >
        <div
          role="rowgroup"
          class="rows"
          style={{ height: `${(printing ? last : rows.length) * rowHeight}px`, paddingTop: `${first * rowHeight}px` }}
        >
          {rows.slice(first, last).map((row, index) => (
            <TaskRow
              key={`${row.fanOut ?? ''}/${keyOf(row)}`}
              row={row}
              at={first + index}
              active={first + index === current}
              chosen={keyOf(row) === selected}
              folds={row.inside ? (unfolded.has(row.id) ? 'open' : 'closed') : undefined}
              fold={fold}
              select={() => {
                setActive(first + index);
                select(keyOf(row) === selected ? undefined : keyOf(row));
              }}
              scale={scale}
              now={now}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** One row is the active one, moved by the keyboard and kept in sight. */
function useRowKeys({ rows, unfolded, fold, select }: WaterfallProps, height: number) {
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const current = Math.min(active, rows.length - 1);
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setActive(next);
    const element = box.current;
    if (!element) return;
    if (next * rowHeight < element.scrollTop) element.scrollTop = next * rowHeight;
    else if ((next + 1) * rowHeight > element.scrollTop + height) element.scrollTop = (next + 1) * rowHeight - height;
  };
  const press = (event: KeyboardEvent): void => {
    const row = rows[current];
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + mostRows,
      PageUp: current - mostRows,
      Home: 0,
      End: rows.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) move(to);
    else if (row && (event.key === 'Enter' || event.key === ' ')) select(keyOf(row));
    else if (row?.inside && event.key === (unfolded.has(row.id) ? 'ArrowLeft' : 'ArrowRight')) fold(row.id);
    else return;
    event.preventDefault();
  };
  return { box, current, setActive, press };
}

interface ScaleProps {
  readonly view: RunView;
  readonly scale: Span;
  /** Between two marks, in milliseconds. */
  readonly step: number;
  /** There is a scroll bar below it. */
  readonly beside: boolean;
}

function Scale({ view, scale: { from, to }, step, beside }: ScaleProps) {
  const length = to - from;
  // The last one would have no room for its text.
  const marks = Array.from({ length: Math.ceil((length * 0.94) / step) }, (_, index) => index * step);
  return (
    <div
      class={beside ? 'scale beside' : 'scale'}
      aria-hidden="true"
      title={`${moment(from)} to ${view.status === 'running' ? 'now' : moment(to)}`}
    >
      <span class="corner" />
      <span class="marks">
        {marks.map((mark) => (
          <span key={mark} style={{ left: `${(mark / length) * 100}%` }}>
            {mark === 0 ? '0' : span(mark)}
          </span>
        ))}
      </span>
    </div>
  );
}

interface TaskRowProps {
  readonly row: Row;
  readonly at: number;
  readonly active: boolean;
  readonly chosen: boolean;
  readonly folds: 'open' | 'closed' | undefined;
  readonly fold: (id: string) => void;
  readonly select: () => void;
  readonly scale: Span;
  readonly now: number;
}

function TaskRow({ row, at, active, chosen, folds, fold, select, scale, now }: TaskRowProps) {
  const { id, state, attempts = 0, depth } = row;
  const took = durationOf(row, now);
  const note = noteOf(row, now);
  return (
    <div
      id={`row-${at}`}
      role="row"
      class={active ? 'row active' : 'row'}
      aria-rowindex={at + 1}
      aria-selected={chosen}
      {...(folds ? { 'aria-expanded': folds === 'open' } : {})}
      onClick={select}
    >
      <span role="gridcell" class="mark">
        <Badge of={state} short />
      </span>
      <span role="gridcell" class="id" title={id} style={{ paddingLeft: `${depth * 1.2}rem` }}>
        {folds && (
          <button
            class="fold"
            tabIndex={-1}
            aria-label={folds === 'open' ? 'Fold' : 'Unfold'}
            onClick={(event) => {
              event.stopPropagation();
              fold(id);
            }}
          >
            {folds === 'open' ? '▾' : '▸'}
          </button>
        )}
        {id}
        {attempts > 1 && <span class="tag">{attempts === 2 ? '2 attempts' : `${attempts} attempts`}</span>}
      </span>
      <span role="gridcell" class="number">
        {took === undefined ? '' : span(took)}
      </span>
      <span role="gridcell" class="over-time">
        <TaskBar row={row} scale={scale} now={now} />
        {note && <span class="why">{note}</span>}
      </span>
    </div>
  );
}

function TaskBar({ row, scale, now }: { readonly row: Row; readonly scale: Span; readonly now: number }) {
  const { from, to, began } = scale;
  // What another run has done did not wait in this one.
  const { startedAt, state, queuedAt = Math.max(from, Math.min(began, row.startedAt ?? began)) } = row;
  const place = (at: number): number => Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100));
  const turn = (until: number) => (
    <span class="turn" style={{ left: `${place(queuedAt)}%`, width: `${place(until) - place(queuedAt)}%` }} />
  );
  if (startedAt === undefined || state === 'unstarted') return state === 'queued' ? turn(now) : undefined;
  const length = state === 'waiting' ? Math.max(0, now - startedAt) : (durationOf(row, now) ?? 0);
  const left = place(startedAt);
  return (
    <>
      {turn(startedAt)}
      <span
        class={`bar ${state}`}
        style={{ left: `min(${left}%, 100% - 3px)`, width: `${place(startedAt + length) - left}%` }}
      />
    </>
  );
}

const steps = [1, 2, 5, 10, 15, 30];

/** Between four and eight marks that a person can add up, in milliseconds. */
function stepOf({ from, to }: Span): number {
  const least = (to - from) / 7;
  const unit = [60_000, 3_600_000, 86_400_000].findLast((each) => least > each / 2) ?? 0;
  if (unit === 0) {
    const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
    if (least > 10_000) return (steps.find((each) => each * 1000 >= least) ?? 60) * 1000;
    return ([1, 2, 5, 10].find((each) => each * power >= least) ?? 10) * power;
  }
  return (steps.find((each) => each * unit >= least) ?? Math.ceil(least / unit / 10) * 10) * unit;
}

/** What a bar cannot say. */
function noteOf({ waitingFor, retry, error, message, inside, state }: Row, now: number): string {
  if (retry) return retryText(retry, now);
  if (waitingFor) return waitText(waitingFor, now);
  if (inside && state === 'running')
    return `${inside.succeeded + inside.failed} of ${inside.total} inside, ${inside.failed} failed`;
  return error?.message ?? message ?? '';
}

function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const [begin, end] = [() => setPrinting(true), () => setPrinting(false)];
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
  return printing;
}
