/** The named limits as they are now, and how they went since the page was opened. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { count, span } from './format.ts';
import { useAsked, useNow } from './hooks.ts';
import { Empty, Loading, Trouble } from './parts/states.tsx';

interface LimitNow {
  readonly name: string;
  readonly settings: {
    readonly concurrency?: number;
    readonly perSecond?: number;
    readonly perMinute?: number;
    readonly tokensPerMinute?: number;
  };
  readonly inFlight?: number;
  readonly queued?: number;
  readonly concurrency: number;
  readonly perSecond?: number;
  readonly throttled?: number;
  readonly succeeded?: number;
  readonly processes?: number;
  readonly pausedUntil?: number;
  readonly tokensLeft?: number;
}

interface Sample {
  readonly at: number;
  readonly limits: readonly LimitNow[];
}

const everyMs = 2000;
/** Ten minutes. */
const maxSamples = 300;

export function Limits() {
  const { value, error, again } = useAsked<{ readonly limits: readonly LimitNow[] }>('/limits', everyMs);
  const samples = useSamples(value?.limits);
  return (
    <>
      <div class="head">
        <h1>Limits</h1>
      </div>
      {error && <Trouble error={error} again={again} stale={value !== undefined} />}
      {!value && !error && <Loading what="the limits" />}
      {value && value.limits.length === 0 && (
        <Empty title="There are no named limits">
          <p class="quiet">
            They stand in <code>fanfold.config.ts</code>, one for each API that takes only so much.
          </p>
        </Empty>
      )}
      <div class="cards">
        {value?.limits.map((limit) => (
          <LimitCard key={limit.name} limit={limit} samples={samples} />
        ))}
      </div>
    </>
  );
}

function useSamples(limits: readonly LimitNow[] | undefined): readonly Sample[] {
  const kept = useRef<readonly Sample[]>([]);
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (!limits) return;
    kept.current = [...kept.current, { at: Date.now(), limits }].slice(-maxSamples);
    setSamples(kept.current);
  }, [limits]);
  return samples;
}

function LimitCard({ limit, samples }: { readonly limit: LimitNow; readonly samples: readonly Sample[] }) {
  const {
    name,
    inFlight,
    queued,
    concurrency,
    perSecond,
    settings,
    throttled,
    pausedUntil,
    tokensLeft,
    processes,
    succeeded,
  } = limit;
  const now = useNow(pausedUntil !== undefined);
  const series = (field: 'queued' | 'inFlight' | 'throttled'): number[] =>
    samples.flatMap(({ limits }) => limits.find((each) => each.name === name)?.[field] ?? []);
  const rate = perSecond ?? settings.perSecond;
  return (
    <section class="card" aria-label={`Limit ${name}`}>
      <h2>{name}</h2>
      {pausedUntil !== undefined && pausedUntil > now && (
        <p class="warn">The other side asked to wait; it goes on in {span(pausedUntil - now)}</p>
      )}
      <dl class="facts">
        <Fact
          name="In flight"
          value={
            inFlight === undefined ? `at most ${count(concurrency)}` : `${count(inFlight)} of ${count(concurrency)}`
          }
          series={series('inFlight')}
        />
        {queued !== undefined && <Fact name="Queued" value={count(queued)} series={series('queued')} />}
        {throttled !== undefined && (
          <Fact
            name="Throttled"
            value={throttledText(throttled, series('throttled'), samples)}
            series={steps(series('throttled'))}
          />
        )}
        {rate !== undefined && <Fact name="Rate" value={`${count(rate)} a second`} />}
        {settings.perMinute !== undefined && <Fact name="Rate" value={`${count(settings.perMinute)} a minute`} />}
        {tokensLeft !== undefined && <Fact name="Tokens left" value={count(tokensLeft)} />}
        {succeeded !== undefined && <Fact name="Succeeded" value={count(succeeded)} />}
        {processes !== undefined && <Fact name="Workers" value={count(processes)} />}
      </dl>
    </section>
  );
}

/** How often in all, and how often of late. */
export function throttledText(
  total: number,
  series: readonly number[],
  samples: readonly Pick<Sample, 'at'>[],
): string {
  const [first, last] = [samples.at(0), samples.at(-1)];
  const since = total - (series[0] ?? total);
  if (!first || !last || since <= 0) return count(total);
  return `${count(total)}, of these ${count(since)} in the last ${span(last.at - first.at)}`;
}

/** What came with each sample; a counter that begins anew does so at 0. */
export function steps(series: readonly number[]): number[] {
  return series.map((value, at) => {
    const before = series[at - 1] ?? value;
    return value >= before ? value - before : value;
  });
}

function Fact({
  name,
  value,
  series = [],
}: {
  readonly name: string;
  readonly value: string;
  readonly series?: readonly number[];
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
      <Line series={series} />
    </div>
  );
}

/** How a number went; the number itself stands beside it. */
function Line({ series }: { readonly series: readonly number[] }) {
  const most = Math.max(...series);
  if (series.length < 2 || most <= 0) return undefined;
  const points = series.map(
    (value, at) => `${((at / (series.length - 1)) * 100).toFixed(1)},${(20 - (value / most) * 19).toFixed(1)}`,
  );
  return (
    <svg viewBox="0 0 100 20" preserveAspectRatio="none" class="line" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}
