/** Asks the API as any client does; each failure says whether it is the token, the right, the request or the way there. */

/** What went wrong, for a person. */
export class ApiError extends Error {
  /** 0 where there was no answer. */
  readonly status: number;
  readonly title: string;
  readonly fields: readonly { readonly field: string; readonly detail: string }[];

  constructor(status: number, title: string, detail: string, fields: ApiError['fields'] = []) {
    super(detail);
    this.status = status;
    this.title = title;
    this.fields = fields;
  }
}

const tokenKey = 'fanfold.token';
let listener: () => void = () => {};

/** Called when the service asks for a token that it was not given. */
export function onTokenNeeded(heard: () => void): void {
  listener = heard;
}

/** For this tab alone, and gone with it. */
export function keepToken(token: string): void {
  if (token === '') sessionStorage.removeItem(tokenKey);
  else sessionStorage.setItem(tokenKey, token);
}

export function hasToken(): boolean {
  return sessionStorage.getItem(tokenKey) !== null;
}

/** The answer as it came. @throws {ApiError} */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has('accept')) headers.set('accept', 'application/json');
  const token = sessionStorage.getItem(tokenKey);
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  const response = await fetch(path, { ...init, headers, credentials: 'omit', redirect: 'error' }).catch(
    (error: unknown) => {
      if (init.signal?.aborted) throw error;
      throw new ApiError(
        0,
        'Not reachable',
        'The service does not answer. Is `fanfold dev` or `fanfold serve` still up?',
      );
    },
  );
  if (response.ok) return response;
  const error = await problemOf(response);
  if (error.status === 401) listener();
  throw error;
}

async function problemOf(response: Response): Promise<ApiError> {
  const { status } = response;
  const said = (await response.json().catch(() => ({}))) as {
    title?: string;
    detail?: string;
    field?: string;
    errors?: ApiError['fields'];
  };
  const { title = `Status ${status}`, detail = 'The service gave no reason', field, errors } = said;
  return new ApiError(status, title, detail, errors ?? (field === undefined ? [] : [{ field, detail }]));
}

/** @throws {ApiError} */
export async function read<R>(path: string, signal?: AbortSignal): Promise<R> {
  const response = await request(path, signal ? { signal } : {});
  return (await response.json()) as R;
}

/** @throws {ApiError} */
export async function send<R>(path: string, body: unknown = {}): Promise<R> {
  const headers = { 'content-type': 'application/json' };
  const response = await request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as R;
}

/** The address of a run in the API and on the page, which are the same. */
export function runPath(runId: string): string {
  return `/runs/${encodeURIComponent(runId)}`;
}
