/** What the parts of the page have in common: the time, the address, and answers that are asked for again and again. */
import { useEffect, useState } from 'preact/hooks';
import { ApiError, read } from './api.ts';

/** The present, looked at again and again while `goesOn`. */
export function useNow(goesOn: boolean, everyMs = 500): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!goesOn) return undefined;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [goesOn, everyMs]);
  return now;
}

/** Whether anybody can see the page: what nobody sees asks the service for nothing. */
export function useVisible(): boolean {
  const [visible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const look = (): void => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return visible;
}

export interface Asked<R> {
  readonly value?: R;
  /** Of the last try; what was known before it is still shown. */
  readonly error?: ApiError;
}

/** The answer of a path, asked for again every so often, or once; never two at a time. */
export function useAsked<R>(path: string | undefined, everyMs?: number): Asked<R> & { readonly again: () => void } {
  const [asked, setAsked] = useState<Asked<R> & { readonly path?: string | undefined }>({});
  const [turn, setTurn] = useState(0);
  const visible = useVisible();
  useEffect(() => {
    if (path === undefined || !visible) return undefined;
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const next = await read<R>(path, leaving.signal).then(
        (value) => ({ value, path }),
        (error: unknown) => ({ error: asApiError(error) }),
      );
      if (leaving.signal.aborted) return;
      setAsked((before) => ('error' in next && before.path === path ? { ...before, ...next } : next));
      if (everyMs !== undefined) timer = setTimeout(() => void ask(), everyMs);
    };
    void ask();
    return () => (leaving.abort(), clearTimeout(timer));
  }, [path, everyMs, turn, visible]);
  // What another path answered is not this one's.
  const current = asked.path === undefined || asked.path === path ? asked : {};
  return { ...current, again: () => setTurn((each) => each + 1) };
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, 'Something went wrong on this page', error instanceof Error ? error.message : String(error));
}
