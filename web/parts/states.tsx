/** What stands where there is nothing to show: nothing yet, nothing at all, no way there, no right. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api.ts';

/** After a moment, so that a quick answer does not flicker. */
export function Loading({ what }: { readonly what: string }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="state" role="status">
      {slow ? <p class="quiet">Loading {what} …</p> : undefined}
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

interface TroubleProps {
  readonly error: ApiError;
  readonly again?: () => void;
  /** There is something older to see below it. */
  readonly stale?: boolean;
}

/** An error with what to do about it. */
export function Trouble({ error, again, stale = false }: TroubleProps) {
  const { status, title, message } = error;
  const advice =
    status === 403
      ? 'Ask whoever runs the service for a token that may, or use another one.'
      : status === 0 || status >= 500
        ? stale
          ? 'What is below is as it was. It is tried again by itself.'
          : 'It is tried again by itself.'
        : '';
  return (
    <div class={stale ? 'trouble slim' : 'state trouble'} role="alert">
      <h2>{title}</h2>
      <p>{message}</p>
      {advice === '' ? undefined : <p class="quiet">{advice}</p>}
      {again && <button onClick={again}>Try again now</button>}
    </div>
  );
}
