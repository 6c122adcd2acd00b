/** A review in the Reviewdog Diagnostic Format, which reviewdog turns into comments on code hosts. */
import { given } from '../../../index.ts';
import { nameOf, type Finding, type Severity } from './findings.ts';
import { toldAt } from './fingerprint.ts';
import type { ReviewReport } from './types.ts';

interface Diagnostic {
  readonly message: string;
  readonly location: {
    readonly path: string;
    readonly range: {
      readonly start: { readonly line: number; readonly column?: number };
      readonly end: { readonly line: number };
    };
  };
  readonly severity: 'ERROR' | 'WARNING' | 'INFO';
  readonly code: { readonly value: string; readonly url?: string };
}

export interface RdJson {
  readonly source: { readonly name: string; readonly url: string };
  readonly diagnostics: readonly Diagnostic[];
}

const levels: Readonly<Record<Severity, Diagnostic['severity']>> = { error: 'ERROR', warning: 'WARNING', note: 'INFO' };

export function rdjsonOf({ findings }: ReviewReport): RdJson {
  return {
    source: { name: 'fanfold', url: 'https://www.npmjs.com/package/fanfold' },
    diagnostics: findings.flatMap(toldAt).map(({ finding }) => diagnostic(finding)),
  };
}

function diagnostic(finding: Finding): Diagnostic {
  const { path, line, endLine, column, severity, message, help, url } = finding;
  const start = { line, ...given({ column }) };
  return {
    message: help === undefined ? message : `${message}\n\n${help}`,
    location: { path, range: { start, end: { line: endLine } } },
    severity: levels[severity],
    code: { value: nameOf(finding), ...given({ url }) },
  };
}
