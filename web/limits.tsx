/** The named limits as they are now, and how they went: before the page was opened as the service has seen it, and since. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { TenantsCosts } from './costs.tsx';
import { count, span } from './format.ts';
import { useAsked, useNow } from './hooks.ts';
import { steps, throttledText, type Point } from './limit-series.ts';
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

const none: readonly Sample[] = [];

interface Sample {
  readonly at: number;
  readonly limits: readonly LimitNow[];
}

const everyMs = 2000;
/** The hour that the service knows, and an hour of this page. */
const maxSamples = 2160;

export function Limits() {
  const { value, error, again } = useAsked<{ readonly limits: readonly LimitNow[] }>('/limits', everyMs);
  const past = useAsked<{ readonly samples: readonly Sample[] }>('/limits/history');
  const samples = useSamples(value?.limits, past.value?.samples);
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
      <TenantsCosts />
    </>
  );
}

function useSamples(limits: readonly LimitNow[] | undefined, past: readonly Sample[] = none): readonly Sample[] {
  const [seen, setSeen] = useState<readonly Sample[]>(none);
  useEffect(() => {
    if (limits) setSeen((before) => [...before, { at: Date.now(), limits }].slice(-maxSamples));
  }, [limits]);
  // What this page has seen itself is closer together.
  return useMemo(() => {
    const since = seen[0]?.at ?? Infinity;
    return [...past.filter(({ at }) => at < since), ...seen];
  }, [past, seen]);
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
  const of = samples.flatMap(({ at, limits }) => {
    const then = limits.find((each) => each.name === name);
    return then ? [{ ...then, at }] : [];
  });
  const points = (field: 'queued' | 'inFlight' | 'throttled' | 'perSecond' | 'concurrency'): Point[] =>
    of.flatMap(({ at, [field]: value }) => (value === undefined ? [] : [{ at, value }]));
  const throttles = points('throttled');
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
          points={points('inFlight')}
          bound={points('concurrency')}
        />
        {queued !== undefined && <Fact name="Queued" value={count(queued)} points={points('queued')} />}
        {throttled !== undefined && (
          <Fact name="Throttled" value={throttledText(throttled, throttles)} points={steps(throttles)} />
        )}
        {rate !== undefined && <Fact name="Rate" value={`${count(rate)} a second`} points={points('perSecond')} />}
        {settings.perMinute !== undefined && <Fact name="Rate" value={`${count(settings.perMinute)} a minute`} />}
        {tokensLeft !== undefined && <Fact name="Tokens left" value={count(tokensLeft)} />}
        {succeeded !== undefined && <Fact name="Succeeded" value={count(succeeded)} />}
        {processes !== undefined && <Fact name="Workers" value={count(processes)} />}
      </dl>
    </section>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly points?: readonly Point[];
  /** What it may be at most, which moves, too. */
  readonly bound?: readonly Point[];
}

function Fact({ name, value, points = [], bound = [] }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
      <Line points={points} bound={bound} />
    </div>
  );
}

/** How a number went; the number itself stands above it, and how far back it goes and how high below. */
function Line({ points, bound }: Required<Pick<FactProps, 'points' | 'bound'>>) {
  const most = Math.max(...[...points, ...bound].map(({ value }) => value));
  const [first, last] = [points.at(0), points.at(-1)];
  if (!first || !last || points.length < 2 || most <= 0) return undefined;
  const length = Math.max(1, last.at - first.at);
  const drawn = (of: readonly Point[]): string =>
    of
      .map(
        ({ at, value }) => `${(((at - first.at) / length) * 100).toFixed(1)},${(20 - (value / most) * 19).toFixed(1)}`,
      )
      .join(' ');
  return (
    <dd class="went">
      <svg viewBox="0 0 100 20" preserveAspectRatio="none" class="line" aria-hidden="true">
        {bound.length > 1 && <polyline class="bound" points={drawn(bound)} />}
        <polyline points={drawn(points)} />
      </svg>
      at most {count(Math.max(...points.map(({ value }) => value)))} in {span(length)}
    </dd>
  );
}
