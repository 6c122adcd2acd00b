/** Ruff for Python, in this process; it is quick, and a file has at most 512 KiB. */
import { createRequire } from 'node:module';
import type * as Ruff from '@astral-sh/ruff-wasm-nodejs';
import type { Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { ApplicationFailure } from '@temporalio/common';
import { installedNow } from '../../../activities/index.ts';
import type { ReviewClaim, Severity } from '../pure/findings.ts';
import type { RuffSettings } from './ruff-settings.ts';

/** What is wrong or dangerous; style is the project's own affair. */
const select = [
  'F',
  'E9',
  'B',
  'ASYNC',
  'PLE',
  'PLR0124',
  'S102',
  'S110',
  'S113',
  'S3',
  'S5',
  'S602',
  'S605',
  'S608',
  'S701',
  'DTZ901',
  'PLW0127',
  'PLW0129',
  'PLW0711',
  'RUF006',
  'RUF008',
  'RUF009',
];
const ignore = [
  'S311',
  'B007',
  'B008',
  'B904',
  'B905',
  'B028',
  'B010',
  'B009',
  'F401',
  'F403',
  'F405',
  'F541',
  'ASYNC109',
  'ASYNC240',
  'S310',
  'S314',
  'S320',
  // Parsers of XML no longer do what these warn of.
  'S313',
  'S315',
  'S316',
  'S317',
  'S318',
  'S319',
  // How it is written, and not what it does.
  'B004',
  'B011',
  'B024',
  'B026',
  'B027',
  'PLW0127',
];

const ours = {
  // What an older Python takes, a newer one does; and which one is meant, only the project knows.
  'target-version': 'py314',
  // Of a package, which the language itself sets, and what gettext puts beside the language's own names.
  builtins: ['__path__', '_', 'gettext', 'ngettext', 'pgettext', 'npgettext'],
  lint: { select, ignore },
};

/** Whether it is asked for a code where the settings of the project are not heeded. */
export function isAskedOfRuff(code: string): boolean {
  return select.some((prefix) => code.startsWith(prefix)) && !ignore.includes(code);
}

interface Diagnostic {
  readonly code: string | null;
  readonly message: string;
  readonly start_location: { readonly row: number; readonly column: number };
  readonly end_location: { readonly row: number; readonly column: number };
  readonly fix: { readonly message: string | null } | null;
}

/** By their settings; a project has few, and each is some megabytes. */
const workspaces = new Map<string, Workspace>();
const mostWorkspaces = 8;

/** @param own settings of the project, in place of ours */
export function ruff(path: string, text: string, own?: RuffSettings): ReviewClaim[] {
  if (own?.excluded) return [];
  const diagnostics = workspaceOf(own).check(text) as Diagnostic[];
  const wanted = diagnostics.filter(
    ({ code }) => !own?.ignored.some((prefix) => prefix === 'ALL' || code?.startsWith(prefix)),
  );
  return wanted.map(({ code, message, start_location: start, end_location: end, fix }) => ({
    path,
    line: start.row,
    // An end at the first column is the end of the line before.
    endLine: end.column === 1 && end.row > start.row ? end.row - 1 : end.row,
    column: start.column,
    severity: severityOf(code),
    confidence: 0.9,
    tool: 'ruff',
    rule: code ?? 'syntax',
    message,
    ...(fix?.message ? { help: fix.message } : {}),
    ...(code && /^[A-Z]+\d+$/.test(code) ? { url: `https://docs.astral.sh/ruff/rules/${code}` } : {}),
  }));
}

/** Loaded at its first use: ten megabytes that most reviews need not. */
function workspaceOf(own: RuffSettings | undefined): Workspace {
  const key = own?.key ?? '';
  const known = workspaces.get(key);
  if (known) return known;
  const library = installedNow(
    'Review',
    () => createRequire(import.meta.url)('@astral-sh/ruff-wasm-nodejs') as typeof Ruff,
  );
  if (workspaces.size >= mostWorkspaces) workspaces.clear();
  try {
    const workspace = new library.Workspace(own?.options ?? ours, library.PositionEncoding.Utf16);
    workspaces.set(key, workspace);
    return workspace;
  } catch (error) {
    const why = String(error).slice(0, 500);
    throw ApplicationFailure.nonRetryable(`The project’s settings of Ruff cannot be used: ${why}`, 'InvalidInput');
  }
}

function severityOf(code: string | null): Severity {
  if (code === null || /^(invalid-syntax|E9|F82|PLE|F63|F7|S608)/.test(code)) return 'error';
  return /^(F401|F402|F841|E7|F541|F811|S110|B019)/.test(code) ? 'note' : 'warning';
}
