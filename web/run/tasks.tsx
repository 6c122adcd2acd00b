/** The tasks of a run over time: how many stand how, which are listed, and in which order. */
import { useMemo, useState } from 'preact/hooks';
import type { RunView } from '../../src/runs/run-view.ts';
import { count, many, span } from '../format.ts';
import { standingText } from '../parts/badge.tsx';
import { Trouble } from '../parts/states.tsx';
import type { Reading } from './pages.ts';
import {
  keyOf,
  percentilesOf,
  rowStates,
  sorted,
  tallyOf,
  type Percentiles,
  type Row,
  type RowOrder,
  type RowState,
} from './rows.ts';
import { Waterfall } from './waterfall.tsx';

interface TasksProps {
  readonly view: RunView;
  readonly rows: readonly Row[];
  /** The ids of a cause that was chosen. */
  readonly only: readonly string[] | undefined;
  readonly reading: Reading | undefined;
  readonly unfolded: ReadonlySet<string>;
  readonly fold: (id: string) => void;
  readonly selected: string | undefined;
  readonly select: (id: string | undefined) => void;
  readonly now: number;
  readonly noun: string;
}

/** Above so many the worst come first, as nobody reads on to them. */
const fewRows = 200;
/** Of fewer the bars say it all. */
const leastTimes = 10;
const orders = { given: 'in their order', worst: 'worst first', slowest: 'slowest first' } as const;

interface Listing {
  readonly state: RowState | '';
  readonly text: string;
  /** As it is usual for so many, where the reader chose none. */
  readonly order?: RowOrder;
}

export function Tasks(props: TasksProps) {
  const { view, rows, only, reading, unfolded, fold, selected, select, now, noun } = props;
  const [listing, setListing] = useState<Listing>({ state: '', text: '' });
  const tally = useMemo(() => tallyOf(rows), [rows]);
  const times = useMemo(() => percentilesOf(rows), [rows]);
  const order = listing.order ?? (rows.length > fewRows ? 'worst' : 'given');
  // Of a state that is no longer anybody's all are shown, and not none.
  const state = listing.state !== '' && tally[listing.state] === 0 ? '' : listing.state;
  const shown = useShown(rows, { ...listing, state, order }, only, now);
  const missing = missingOf(view, rows.length);
  if (rows.length === 0 && missing === 0) return undefined;
  return (
    <section aria-labelledby="tasks">
      <h2 id="tasks">{many(rows.length + missing, noun)}</h2>
      {rows.length > 0 && (
        <>
          <Choices listing={{ ...listing, state, order }} choose={setListing} tally={tally} total={rows.length} />
          {times && <Times of={times} />}
          {shown.length === 0 ? (
            <p class="quiet">None is like that.</p>
          ) : (
            <Waterfall
              view={view}
              rows={shown}
              all={rows}
              now={now}
              unfolded={unfolded}
              fold={fold}
              selected={selected}
              select={select}
            />
          )}
        </>
      )}
      <NotListed
        missing={missing}
        reading={reading}
        noun={noun}
        goesOn={view.kind === 'map' && view.status === 'running'}
      />
    </section>
  );
}

function Times({ of }: { readonly of: Percentiles }) {
  if (of.of < leastTimes) return undefined;
  return (
    <p class="quiet">
      Half took at most {span(of.half)}, 95 % at most {span(of.most)}, the slowest {span(of.slowest)}.
    </p>
  );
}

/** A list that moves under the reader's eyes is of no use. */
const sortEveryMs = 5000;

function useShown(
  rows: readonly Row[],
  { state, text, order }: Required<Listing>,
  only: readonly string[] | undefined,
  now: number,
): readonly Row[] {
  // What runs changes its place by time alone.
  const sortedAt = order === 'given' ? 0 : Math.floor(now / sortEveryMs) * sortEveryMs;
  return useMemo(
    () => sorted(listed(rows, { state, text, only }), order, sortedAt),
    [rows, state, text, only, order, sortedAt],
  );
}

interface ChoicesProps {
  readonly listing: Required<Listing>;
  readonly choose: (listing: Listing) => void;
  readonly tally: Readonly<Record<RowState, number>>;
  readonly total: number;
}

function Choices({ listing, choose, tally, total }: ChoicesProps) {
  const { state } = listing;
  return (
    <div class="tools wrap" role="group" aria-label="Which are listed">
      <Chip name="all" amount={total} pressed={state === ''} press={() => choose({ ...listing, state: '' })} />
      {rowStates
        .filter((each) => tally[each] > 0)
        .map((each) => (
          <Chip
            key={each}
            state={each}
            name={standingText(each)}
            amount={tally[each]}
            pressed={state === each}
            press={() => choose({ ...listing, state: state === each ? '' : each })}
          />
        ))}
      <input
        type="search"
        value={listing.text}
        placeholder="id or message"
        aria-label="Only those with this text in their id or message"
        onInput={(event) => choose({ ...listing, text: event.currentTarget.value })}
      />
      <select
        value={listing.order}
        aria-label="Order"
        onChange={(event) => choose({ ...listing, order: event.currentTarget.value as RowOrder })}
      >
        {Object.entries(orders).map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}

function listed(
  rows: readonly Row[],
  {
    state,
    text,
    only,
  }: { readonly state: RowState | ''; readonly text: string; readonly only: readonly string[] | undefined },
): readonly Row[] {
  if (state === '' && text === '' && !only) return rows;
  const ids = only && new Set(only);
  const wanted = text.toLowerCase();
  return rows.filter(
    (row) =>
      (state === '' || row.state === state) &&
      (!ids || ids.has(keyOf(row))) &&
      (wanted === '' || `${row.id} ${row.error?.message ?? row.message ?? ''}`.toLowerCase().includes(wanted)),
  );
}

/** How many tasks there are of which nothing is known but their number. */
function missingOf({ fanIn, progress = [] }: RunView, known: number): number {
  const ids = new Set(progress.flatMap(({ tasks }) => tasks.map(({ id }) => id)));
  const counted = fanIn
    ? fanIn.successCount + fanIn.failureCount
    : progress.filter(({ name }) => !ids.has(name)).reduce((sum, { total }) => sum + total, 0);
  return Math.max(0, counted - known);
}

interface NotListedProps {
  readonly missing: number;
  readonly reading: Reading | undefined;
  readonly noun: string;
  /** Its results come in the order of its items. */
  readonly goesOn: boolean;
}

function NotListed({ missing, reading, noun, goesOn }: NotListedProps) {
  return (
    <>
      {reading?.error && <Trouble error={reading.error} again={reading.goOn} />}
      {missing > 0 && (
        <p class="quiet" role="status">
          {reading?.busy ? 'Reading the results: ' : ''}
          {many(missing, noun)} {missing === 1 ? 'is' : 'are'} counted above and not listed
          {goesOn ? '. What succeeded is listed once all before it have settled' : ''}.{' '}
          {reading?.more && !reading.busy ? <button onClick={reading.goOn}>List more</button> : undefined}
        </p>
      )}
    </>
  );
}

interface ChipProps {
  readonly state?: RowState;
  readonly name: string;
  readonly amount: number;
  readonly pressed: boolean;
  readonly press: () => void;
}

function Chip({ state, name, amount, pressed, press }: ChipProps) {
  return (
    <button class={state ? `chip ${state}` : 'chip'} aria-pressed={pressed} onClick={press}>
      {name} {count(amount)}
    </button>
  );
}
