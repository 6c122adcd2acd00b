/** The addresses of the page: each can be shared, and Back works. */
import { useEffect, useState } from 'preact/hooks';

export interface Place {
  readonly view: 'runs' | 'run' | 'limits' | 'start';
  /** The run, or the kind to start. */
  readonly name: string;
  readonly query: URLSearchParams;
}

export function placeOf(url: URL): Place {
  const [, view = '', ...rest] = url.pathname.split('/');
  const name = decoded(rest.join('/'));
  const query = url.searchParams;
  if (view === 'runs' && name !== '') return { view: 'run', name, query };
  if (view === 'limits') return { view, name: '', query };
  if (view === 'start') return { view, name, query };
  return { view: 'runs', name: '', query };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const moved = 'fanfold-moved';

/** @param how `replace` where Back should not come here */
export function goTo(address: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  dispatchEvent(new Event(moved));
}

/** Sets one part of the query, or removes it where it is empty. */
export function setQuery(name: string, value: string): void {
  const url = new URL(location.href);
  if (value === '') url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  goTo(`${url.pathname}${url.search}`, 'replace');
}

export function usePlace(): Place {
  const [href, setHref] = useState(location.href);
  useEffect(() => {
    const look = (): void => setHref(location.href);
    for (const name of [moved, 'popstate']) addEventListener(name, look);
    return () => {
      for (const name of [moved, 'popstate']) removeEventListener(name, look);
    };
  }, []);
  return placeOf(new URL(href));
}
