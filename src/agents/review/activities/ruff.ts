/** Ruff for Python, in this process; it is quick, and a file has at most 512 KiB. */
import { createRequire } from 'node:module';
import type * as Ruff from '@astral-sh/ruff-wasm-nodejs';
import type { Workspace } from '@astral-sh/ruff-wasm-nodejs';
import type { Claim, Severity } from '../pure/findings.ts';

/** What is wrong or dangerous; style is the project's own affair. */
const select = [
  'F',
  'E7',
  'E9',
  'B',
  'ASYNC',
  'PLE',
  'S102',
  'S105',
  'S106',
  'S110',
  'S113',
  'S3',
  'S5',
  'S602',
  'S605',
  'S608',
];
const ignore = ['S311', 'B008', 'B904'];

interface Diagnostic {
  readonly code: string | null;
  readonly message: string;
  readonly start_location: { readonly row: number; readonly column: number };
  readonly end_location: { readonly row: number; readonly column: number };
  readonly fix: { readonly message: string | null } | null;
}

let workspace: Workspace | undefined;

export function ruff(path: string, text: string): Claim[] {
  const diagnostics = (workspace ??= open()).check(text) as Diagnostic[];
  return diagnostics.map(({ code, message, start_location: start, end_location: end, fix }) => ({
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
function open(): Workspace {
  const library = createRequire(import.meta.url)('@astral-sh/ruff-wasm-nodejs') as typeof Ruff;
  return new library.Workspace({ lint: { select, ignore } }, library.PositionEncoding.Utf16);
}

function severityOf(code: string | null): Severity {
  if (code === null || /^(invalid-syntax|E9|F82|PLE|F63|F7)/.test(code)) return 'error';
  return /^(F401|F841|E7|F541)/.test(code) ? 'note' : 'warning';
}
