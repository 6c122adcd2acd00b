/**
 * The analysers that are asked where somebody has installed them. Those that only read files run under settings of ours;
 * those that build the project run its code, and so only where that is allowed.
 */
import type { AnalyserName } from '../../pure/types.ts';
import { actionlint } from './actionlint.ts';
import { clippy } from './clippy.ts';
import { gitleaks } from './gitleaks.ts';
import { golangci } from './golangci-lint.ts';
import { hadolint } from './hadolint.ts';
import { semgrep } from './semgrep.ts';
import { shellcheck } from './shellcheck.ts';
import type { InstalledAnalyser, InstalledName } from './installed.ts';

export const installedAnalysers: Readonly<Record<InstalledName, InstalledAnalyser>> = {
  shellcheck,
  hadolint,
  actionlint,
  gitleaks,
  semgrep,
  'golangci-lint': golangci,
  clippy,
};

export const installedNames = Object.keys(installedAnalysers) as InstalledName[];

export function isInstalledName(name: AnalyserName): name is InstalledName {
  return Object.hasOwn(installedAnalysers, name);
}
