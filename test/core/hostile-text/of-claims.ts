/** What holds a sentence of a report against the passages that it cites, as readers of texts from outside. */
import type { Reader } from './readers.ts';

type Loose = (...args: unknown[]) => unknown;

export function ofClaims(
  text: (longest?: number) => Reader,
  as: (call: (given: string, read: Loose) => unknown, longest?: number) => Reader,
): Readonly<Record<string, Reader>> {
  return {
    'agents/research/pure/clauses.ts#clausesOf': text(20_000),
    'agents/research/pure/clauses.ts#clauseTexts': text(20_000),
    'agents/research/pure/clauses.ts#numbersIn': text(20_000),
    'agents/research/pure/clauses.ts#bearing': as((given, read) => {
      const clause = { stems: given.split(' '), numbers: new Set([given]), isNegated: false, isPassive: false };
      return read(clause, [clause]);
    }, 300),
    'agents/research/pure/clauses.ts#isBare': as((given, read) => read({ stems: given.split(' ') }), 300),
    'agents/research/pure/opposites.ts#hasOpposite': as((given, read) => read(given, `first ${given} last`), 2000),
    'agents/research/pure/order.ts#isOtherOrder': as((given, read) => read(given, `${given} before ${given}`), 2000),
    'agents/research/pure/qualifiers.ts#overstated': as(
      (given, read) => [read(given, `all ${given} unless ${given}`), read(`only ${given} must`, given)],
      20_000,
    ),
    'agents/research/pure/quantities.ts#unitsIn': text(20_000),
    'agents/research/pure/quantities.ts#quantitiesIn': text(20_000),
    'agents/research/pure/quantities.ts#convertedWords': as((given, read) => read(given, given)),
    'agents/research/pure/wording.ts#plainly': text(20_000),
    'agents/research/pure/wording.ts#differences': as((given, read) => read(given, [given, `unless ${given}`]), 5000),
  };
}
