/** One task: when it ran, how often, what it returned or why it did not. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ResultsPage } from '../../src/core/live/results-page.ts';
import type { RunView } from '../../src/runs/run-view.ts';
import { runPath, send } from '../api.ts';
import { exactMoment, moment, span } from '../format.ts';
import { useAsked } from '../hooks.ts';
import { Badge } from '../parts/badge.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Json } from '../parts/json.tsx';
import { Trouble } from '../parts/states.tsx';
import { usageText } from './head.tsx';
import { durationOf, type Row } from './rows.ts';
import { retryText, waitText } from './rule.ts';
import { usageOf } from './usage.ts';

interface TaskDetailProps {
  readonly view: RunView;
  readonly row: Row;
  readonly now: number;
  readonly mayCancel: boolean;
  readonly close: () => void;
}

export function TaskDetail({ view, row, now, mayCancel, close }: TaskDetailProps) {
  const { id, state } = row;
  const [asking, setAsking] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const isOpen = state === 'running' || state === 'waiting' || state === 'queued';
  return (
    <section
      class="detail"
      aria-label={`Task ${id}`}
      onKeyDown={(event) => event.key === 'Escape' && !asking && close()}
    >
      <div class="head">
        <h2 ref={heading} tabIndex={-1}>
          {id}
        </h2>
        <button class="small" onClick={close}>
          Close
        </button>
      </div>
      <Facts row={row} now={now} isOpen={isOpen} />
      <Failure row={row} />
      <Result view={view} row={row} />
      {mayCancel && isOpen && (
        <button class="danger" onClick={() => setAsking(true)}>
          Cancel this task
        </button>
      )}
      {asking && (
        <Dialog
          title="Cancel this task?"
          action="Cancel the task"
          dangerous
          close={() => setAsking(false)}
          act={async () => void (await send(`${runPath(view.runId)}/cancel`, { task: id }))}
        >
          <p>{id}</p>
          <p class="quiet">The others go on. It counts as failed.</p>
        </Dialog>
      )}
    </section>
  );
}

interface FactsProps {
  readonly row: Row;
  readonly now: number;
  readonly isOpen: boolean;
}

function Facts({ row, now, isOpen }: FactsProps) {
  const { state, startedAt, attempts = 0, waitingFor, retry } = row;
  const took = durationOf(row, now);
  const usage = usageOf(row.result);
  return (
    <dl class="facts">
      <Fact name="State">
        <Badge of={state} />
      </Fact>
      {startedAt !== undefined && (
        <Fact name="Started">
          <time dateTime={new Date(startedAt).toISOString()} title={exactMoment(startedAt)}>
            {moment(startedAt)}
          </time>
        </Fact>
      )}
      {took !== undefined && <Fact name={isOpen ? 'Runs for' : 'Took'}>{span(took)}</Fact>}
      {attempts > 0 && <Fact name="Attempts">{attempts === 2 ? '2, with a backup or once more' : `${attempts}`}</Fact>}
      {waitingFor && <Fact name="Waits">{waitText(waitingFor, now)}</Fact>}
      {retry && <Fact name="Tried again">{retryText(retry, now)}</Fact>}
      {usage && <Fact name="Cost">{usageText(usage)}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Failure({ row: { error, message } }: { readonly row: Row }) {
  if (!error) return message === undefined ? undefined : <p class="note bad">{message}</p>;
  const { name, message: said, wrappers = [], details, retryable } = error;
  return (
    <>
      <p class="note bad">
        <strong>{name}</strong>: {said}
      </p>
      {retryable === false && <p class="quiet">Whoever threw it said that trying again cannot help.</p>}
      {wrappers.length > 0 && (
        <ul class="quiet">
          {wrappers.map((each, index) => (
            <li key={index}>
              within {each.name}: {each.message}
            </li>
          ))}
        </ul>
      )}
      {details && <Json value={details} label="Details of the error" />}
    </>
  );
}

function Result({ view, row }: { readonly view: RunView; readonly row: Row }) {
  if (row.state !== 'succeeded') return undefined;
  if (row.result === undefined && view.status === 'running')
    return <p class="quiet">Its result is shown once it has been written.</p>;
  if (row.isLarge) return <LargeResult view={view} row={row} />;
  return <Shown value={row.result} />;
}

/** It was too large to keep, and is asked for again. */
function LargeResult({ view, row }: { readonly view: RunView; readonly row: Row }) {
  const path = `${runPath(view.runId)}/results?after=${row.place}&limit=1`;
  const { value, error, again } = useAsked<ResultsPage>(path);
  const found = value?.results[0];
  if (found?.success && found.id === row.id) return <Shown value={found.result} />;
  return error ? <Trouble error={error} again={again} /> : <p class="quiet">Loading its result …</p>;
}

function Shown({ value }: { readonly value: unknown }) {
  return (
    <>
      <h3>Result</h3>
      <Json value={value} label="Result" />
    </>
  );
}
