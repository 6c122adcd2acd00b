/** Stands for a parser of hostile bytes; `apart.test.ts` runs it on a thread of its own. */
import { ApplicationFailure } from '@temporalio/common';

export type Behaviour =
  | { readonly how: 'double'; readonly n: number; readonly bytes: Uint8Array }
  | { readonly how: 'spin' | 'backtrack' | 'swallow' | 'refuse' | 'environment' | 'answer a function' };

export function behave(input: Behaviour): unknown {
  switch (input.how) {
    case 'double':
      return input.n * 2 + input.bytes.length;
    case 'spin':
      for (;;);
    case 'backtrack':
      // For longer than anybody lives.
      return /^(a+)+$/.test(`${'a'.repeat(60)}!`);
    case 'swallow':
      return swallow();
    case 'refuse':
      throw ApplicationFailure.nonRetryable('it is no statement', 'StatementUnreadable');
    case 'environment':
      return Object.keys(process.env);
    case 'answer a function':
      return () => 1;
  }
}

function swallow(): never {
  const kept: number[][] = [];
  for (;;) kept.push(Array<number>(1_000_000).fill(kept.length + 0.5));
}
