/** What holds an answer of an agent to its rows, clause by clause, as readers of a text that a model wrote. */
import { cellReader } from '../../../src/agents/loop/pure/values.ts';
import type { Row } from '../../../src/agents/loop/pure/conversation.ts';
import type { Reader } from './readers.ts';

type Loose = (...args: unknown[]) => unknown;
interface Known {
  readonly rows: Readonly<Record<string, Row>>;
}

export function ofAnswers(
  text: () => Reader,
  as: (call: (given: string, read: Loose) => unknown) => Reader,
  known: Known,
  grounding: unknown,
): Readonly<Record<string, Reader>> {
  const rows = Object.values(known.rows);
  return {
    'agents/loop/pure/claims/readers.ts#readersOf': as((given, read) => read(given.split(' '))),
    'agents/loop/pure/claims/readers.ts#spokenWords': text(),
    'agents/loop/pure/clauses.ts#clausesOf': text(),
    'agents/loop/pure/clause-facts.ts#judgeClauses': as((given, read) =>
      read(grounding, given, rows, { ...known, cellsOf: cellReader() }),
    ),
    'agents/loop/pure/things.ts#namedIn': as((given, read) => read(given, rows)),
    'agents/loop/pure/numerals.ts#numeralsIn': text(),
    'agents/loop/pure/states.ts#placeOf': as((given, read) => read(given, ['refund', '返金', 'on its way'])),
    'agents/loop/pure/links.ts#links': as((given, read) => read({ readsClaims: true, readsFacts: true }, given, [])),
    'agents/loop/pure/denials.ts#denialOf': as((given, read) => read(given, [], known)),
  };
}
