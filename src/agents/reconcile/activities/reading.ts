/** What every reader of a format makes of a file. */
import type { Line } from '../pure/lines.ts';
import type { StatementBalances } from '../pure/types.ts';

export interface AccountLine {
  /** Empty where the file does not say. */
  readonly account: string;
  /** Empty where the file does not say. */
  readonly currency: string;
  readonly line: Line;
}

export interface Reading {
  readonly format: 'CSV' | 'OFX' | 'camt.053';
  readonly lines: readonly AccountLine[];
  readonly balances: readonly StatementBalances[];
  readonly notes: readonly string[];
}

/** A line without the fields that are not there. */
export function lineOf(
  line: Pick<Line, 'place' | 'date' | 'amount'> & { [K in 'reference' | 'counterparty' | 'text']: string | undefined },
): Line {
  const { reference, counterparty, text, ...sure } = line;
  return {
    ...sure,
    ...(reference === undefined ? {} : { reference }),
    ...(counterparty === undefined ? {} : { counterparty }),
    ...(text === undefined ? {} : { text }),
  };
}
