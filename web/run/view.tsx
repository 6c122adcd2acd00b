/** One run, whole: how it stands and by which rule, what waits for a person, its tasks over time, its failures, its answer. */
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { RunView } from '../../src/runs/run-view.ts';
import { useNow } from '../hooks.ts';
import { Answer, type Written } from './answer.tsx';
import { causesOf } from './causes.ts';
import { Failures } from './failures.tsx';
import { RunHead } from './head.tsx';
import type { Reading } from './pages.ts';
import { keyOf, rowsOf, type Row } from './rows.ts';
import { TaskDetail } from './task.tsx';
import { Tasks } from './tasks.tsx';

export interface RunBodyProps {
  readonly view: RunView;
  readonly settled: ReadonlyMap<string, Row>;
  readonly reading?: Reading;
  readonly written?: Written | undefined;
  readonly noun: string;
  /** The runs that did again what failed in it. */
  readonly redrivenBy?: readonly string[];
  readonly selected?: string | undefined;
  readonly select: (id: string | undefined) => void;
  readonly mayCancel?: boolean;
  /** The answer as files. */
  readonly forms?: ComponentChildren;
  /** What waits for a person. */
  readonly asks?: ComponentChildren;
  readonly controls?: ComponentChildren;
  /** The moment that is shown, where it is not the present. */
  readonly at?: number;
}

/** Of a run that is over its end. */
function useMomentOf({ status, closedAt }: RunView, at: number | undefined): number {
  const present = useNow(at === undefined && status === 'running');
  return at ?? closedAt ?? present;
}

export function RunBody(props: RunBodyProps) {
  const { view, settled, reading, written, noun, selected, select, mayCancel = false, asks, controls, at } = props;
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const now = useMomentOf(view, at);
  const rows = useMemo(() => rowsOf(view, settled, unfolded), [view, settled, unfolded]);
  const causes = useMemo(() => causesOf(rows), [rows]);
  const [cause, setCause] = useState<string>();
  const row = selected === undefined ? undefined : rows.find((each) => keyOf(each) === selected);
  const fold = (id: string): void =>
    setUnfolded((before) => new Set(before.has(id) ? [...before].filter((each) => each !== id) : [...before, id]));
  return (
    <article class="run">
      <RunHead view={view} redrivenBy={props.redrivenBy ?? []} rows={rows} now={now} noun={noun} controls={controls} />
      {asks}
      {written && <Answer view={view} written={written} />}
      {props.forms}
      <Failures causes={causes} chosen={cause} choose={setCause} noun={noun} />
      <div class={row ? 'split' : ''}>
        <Tasks
          view={view}
          rows={rows}
          only={causes.find(({ key }) => key === cause)?.ids}
          reading={reading}
          unfolded={unfolded}
          fold={fold}
          selected={row && keyOf(row)}
          select={select}
          now={now}
          noun={noun}
        />
        {row && (
          <TaskDetail
            key={keyOf(row)}
            view={view}
            row={row}
            now={now}
            mayCancel={mayCancel}
            close={() => select(undefined)}
          />
        )}
      </div>
      {selected !== undefined && !row && (
        <p class="quiet" role="status">
          “{selected}” is not among the tasks that are listed.
        </p>
      )}
      {!written && <Answer view={view} written={{}} />}
    </article>
  );
}
