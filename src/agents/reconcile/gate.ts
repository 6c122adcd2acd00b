/** What `--fail-on` says of a report, for checks that are to fail where something does not agree. */
import { exitCodes, type ExitCode } from '../../command.ts';
import { many } from '../../core/text/index.ts';
import type { ReconciliationReport } from './pure/types.ts';

export const gates = ['differences', 'gaps', 'never'] as const;
export type Gate = (typeof gates)[number];

export const gateHelp =
  'exit 1 where the report is not clean (differences), or where a balance has a gap (gaps); never unless given';

/** @param code that the run has by itself @param say what is said where it is another */
export function gatedCode(
  code: ExitCode,
  { clean, accounts }: ReconciliationReport,
  gate: Gate = 'never',
  say: (text: string) => void,
): ExitCode {
  if (code !== exitCodes.done || gate === 'never' || clean) return code;
  const gaps = accounts.flatMap(({ balances }) => balances).filter(({ outcome }) => outcome === 'gap').length;
  if (gate === 'gaps' && gaps === 0) return code;
  say(`fanfold: exit 1: ${gate === 'gaps' ? `${many(gaps, 'balance')} with a gap` : 'the report is not clean'}`);
  return exitCodes.failed;
}
