/** The page: where the reader is, and the token that the service may ask for. */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { hasToken, keepToken, onTokenNeeded } from './api.ts';
import { Limits } from './limits.tsx';
import { Link } from './parts/link.tsx';
import { TokenForm } from './parts/token.tsx';
import { usePlace, type Place } from './routes.ts';
import { LiveRun } from './run/live.tsx';
import { RunList } from './runs.tsx';
import { Start } from './start/start.tsx';

const titles = { runs: 'Runs', run: '', limits: 'Limits', start: 'Start a run' };

function Page() {
  const place = usePlace();
  const [asks, setAsks] = useState(false);
  // What was asked for without a token is asked for again with it.
  const [turn, setTurn] = useState(0);
  useEffect(() => onTokenNeeded(() => setAsks(true)), []);
  const { view, name } = place;
  const title = titles[view] || name;
  const main = useRef<HTMLElement>(null);
  const arrived = useRef(false);
  useEffect(() => {
    // Who has the page read aloud, or types, goes on where the new view begins.
    if (arrived.current) main.current?.focus();
    arrived.current = true;
  }, [view, name]);
  useEffect(() => {
    document.title = `${title} · fanfold`;
  }, [title]);
  const forget = (): void => {
    keepToken('');
    setTurn((each) => each + 1);
  };
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <Top view={view} forget={hasToken() && !asks ? forget : undefined} />
      <main id="main" tabIndex={-1} ref={main}>
        {asks ? (
          <TokenForm
            done={() => {
              setAsks(false);
              setTurn((each) => each + 1);
            }}
          />
        ) : (
          <View key={`${turn} ${view} ${view === 'run' ? name : ''}`} {...place} />
        )}
      </main>
    </>
  );
}

interface TopProps {
  readonly view: Place['view'];
  /** Undefined where there is no token to forget. */
  readonly forget: (() => void) | undefined;
}

function Top({ view, forget }: TopProps) {
  return (
    <header class="top">
      <Link to="/" class="name">
        <img src="/assets/icon.svg" alt="" width={20} height={20} />
        fanfold
      </Link>
      <nav aria-label="Pages">
        <Link to="/" current={view === 'runs'}>
          Runs
        </Link>
        <Link to="/limits" current={view === 'limits'}>
          Limits
        </Link>
        <Link to="/start" current={view === 'start'}>
          Start
        </Link>
      </nav>
      {forget ? (
        <button class="small" onClick={forget}>
          Forget token
        </button>
      ) : undefined}
    </header>
  );
}

function View(place: Place) {
  if (place.view === 'run') return <LiveRun runId={place.name} query={place.query} />;
  if (place.view === 'limits') return <Limits />;
  if (place.view === 'start') return <Start kind={place.name} />;
  return <RunList query={place.query} />;
}

const root = document.querySelector('#page');
if (root) {
  root.textContent = '';
  render(<Page />, root);
}
