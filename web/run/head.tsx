/** How a run stands, by which rule it goes on, and why it stopped. */
import type { ComponentChildren } from 'preact';
import type { Progress } from '../../src/core/live/control.ts';
import type { RunView } from '../../src/runs/run-view.ts';
import { runPath } from '../api.ts';
import { count, exactMoment, many, moment, span } from '../format.ts';
import { Badge, partialText, standingText } from '../parts/badge.tsx';
import { shortfallOf, standingOf } from '../parts/standing.ts';
import { Link } from '../parts/link.tsx';
import type { Row } from './rows.ts';
import { stopText } from '../../src/core/live/stop-text.ts';
import { ruleText } from './rule.ts';
import { usageOf, usageOfAll, type Usage } from './usage.ts';

interface HeadProps {
  readonly view: RunView;
  readonly rows: readonly Row[];
  readonly now: number;
  readonly noun: string;
  readonly redrivenBy: readonly string[];
  readonly controls?: ComponentChildren;
}

export function RunHead({ view, rows, now, noun, redrivenBy, controls }: HeadProps) {
  const { runId, kind, startedAt, closedAt, tenant, redriveOf } = view;
  const standing = standingOf(view);
  const partial = standing === 'partial' ? shortfallOf(view) : undefined;
  const says = partial && partialText(partial);
  return (
    <header class="run-head">
      <div class="head">
        <h1>{runId}</h1>
        <Badge of={standing} says={says} />
        {controls}
      </div>
      <p class="unseen" role="status">
        The run is {says ?? standingText(standing)}
      </p>
      {view.asked !== undefined && <p class="asked-of">{view.asked}</p>}
      <p class="quiet facts-line">
        <span>{kind}</span>
        {tenant === undefined ? undefined : <span>tenant {tenant}</span>}
        <span>
          started{' '}
          <time dateTime={new Date(startedAt).toISOString()} title={exactMoment(startedAt)}>
            {moment(startedAt)}
          </time>
        </span>
        <span>
          {closedAt === undefined ? 'for' : 'took'} {span(Math.max(0, (closedAt ?? now) - startedAt))}
        </span>
        <Cost view={view} rows={rows} />
        {redriveOf === undefined ? undefined : <Named what="redrive of" runId={redriveOf} />}
        {redrivenBy.map((each) => (
          <Named key={each} what="redriven by" runId={each} />
        ))}
      </p>
      <Notes view={view} />
      <Ended view={view} noun={noun} />
      <FanOuts of={outerOf(view.progress ?? [])} now={now} noun={noun} />
    </header>
  );
}

function Named({ what, runId }: { readonly what: string; readonly runId: string }) {
  return (
    <span>
      {what} <Link to={runPath(runId)}>{runId}</Link>
    </span>
  );
}

/** What is wrong with it, as far as that is known. */
function Notes({ view: { progress, error, stuck, unanswered, resultsProblem } }: { readonly view: RunView }) {
  return (
    <>
      {stuck && (
        <div class="note bad" role="alert">
          <strong>It cannot go on</strong> since {moment(stuck.since)}
          {stuck.attempts > 0 ? ` (tried ${many(stuck.attempts, 'time')})` : ''}: {stuck.message}
        </div>
      )}
      {error && (
        <div class="note bad">
          <strong>{error.type}</strong>: {error.message}
        </div>
      )}
      {resultsProblem && (
        <div class="note bad">
          <strong>Its results cannot be read</strong> ({resultsProblem.type}): {resultsProblem.message}
        </div>
      )}
      {unanswered && !stuck && (
        <p class="note">
          {progress
            ? 'What waits for a person is not known'
            : 'Nothing is known of its tasks, nor of what waits for a person'}
          : {unanswered.message}
        </p>
      )}
    </>
  );
}

/** A fan-out inside a task is shown with the task. */
function outerOf(progress: readonly Progress[]): readonly Progress[] {
  const ids = new Set(progress.flatMap(({ tasks }) => tasks.map(({ id }) => id)));
  return progress.filter(({ name }) => !ids.has(name));
}

/** Of an agent each turn has some: they fold once they are over. */
const mostOver = 2;

interface FanOutsProps {
  readonly of: readonly Progress[];
  readonly now: number;
  readonly noun: string;
}

function FanOuts({ of, now, noun }: FanOutsProps) {
  const lines = (some: readonly Progress[]) =>
    some.map((fanOut) => <FanOutLine key={fanOut.name} fanOut={fanOut} now={now} noun={noun} />);
  const over = of.filter(({ stoppedBy }) => stoppedBy);
  if (over.length <= mostOver) return <>{lines(of)}</>;
  const sum = (field: 'succeeded' | 'total'): number => over.reduce((all, each) => all + each[field], 0);
  return (
    <>
      <details class="steps">
        <summary>
          {many(over.length, 'step')} are over: {count(sum('succeeded'))} of {many(sum('total'), noun)} succeeded
        </summary>
        {lines(over)}
      </details>
      {lines(of.filter(({ stoppedBy }) => !stoppedBy))}
    </>
  );
}

function Ended({ view: { fanIn }, noun }: { readonly view: RunView; readonly noun: string }) {
  if (!fanIn) return undefined;
  const { successCount, failureCount, stoppedBy, elapsedMs } = fanIn;
  const total = successCount + failureCount;
  return (
    <div class="rule panel">
      <div class="head">
        <p>
          <strong>
            {count(successCount)} of {many(total, noun)}
          </strong>{' '}
          succeeded in {span(elapsedMs)}; {stopText(stoppedBy)}.
        </p>
      </div>
      <Bar parts={{ succeeded: successCount, failed: failureCount }} total={total} />
    </div>
  );
}

function FanOutLine({ fanOut, now, noun }: { readonly fanOut: Progress; readonly now: number; readonly noun: string }) {
  const { name, total, succeeded, failed, running, queued, concurrency, granularity, stoppedBy } = fanOut;
  // Of those that are over one line is enough: what still goes on is what is looked for.
  if (stoppedBy)
    return (
      <p class="rule panel">
        <strong>{name}</strong>: {count(succeeded)} of {many(total, noun)} succeeded; {stopText(stoppedBy)}.
      </p>
    );
  const travel =
    granularity === undefined
      ? ''
      : granularity === 'local'
        ? ', inside the workflow'
        : `, ${granularity} to an activity`;
  return (
    <div class="rule panel">
      <div class="head">
        <p>
          <strong>{name}</strong>: {count(succeeded + failed)} of {many(total, noun)} settled
        </p>
        <p class="stopping">{ruleText(fanOut, now)}</p>
        <p class="quiet">
          at most {count(concurrency)} at once{travel}
        </p>
      </div>
      <Bar parts={{ succeeded, failed, running, queued }} total={total} />
    </div>
  );
}

/** How many of all stand how: as lengths, and below them as numbers. */
function Bar({ parts, total }: { readonly parts: Readonly<Record<string, number>>; readonly total: number }) {
  if (total === 0) return undefined;
  const some = Object.entries(parts).filter(([, value]) => value > 0);
  return (
    <>
      <div class="share" aria-hidden="true">
        {some.map(([state, value]) => (
          <span key={state} class={state} style={{ width: `${(value / total) * 100}%` }} />
        ))}
      </div>
      <ul class="legend">
        {some.map(([state, value]) => (
          <li key={state} class={state}>
            {count(value)} {state}
          </li>
        ))}
      </ul>
    </>
  );
}

function Cost({ view, rows }: { readonly view: RunView; readonly rows: readonly Row[] }) {
  const spent = view.fanIn?.spent ?? view.progress?.find((each) => each.spent !== undefined)?.spent;
  const usage = usageOf(view.answer) ?? usageOfAll(rows);
  return (
    <>
      {spent === undefined ? undefined : <span>{count(spent)} of the budget spent</span>}
      {usage && <span>{usageText(usage)}</span>}
    </>
  );
}

export function usageText({ tokens, cost }: Usage): string {
  const parts = [
    ...(tokens === undefined ? [] : [`${count(tokens)} tokens`]),
    ...(cost === undefined ? [] : [`cost ${count(cost)}`]),
  ];
  return parts.join(', ');
}
