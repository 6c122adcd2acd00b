/** What runs are held to that began before support was defined as any agent is: theirs is in this code, and not in their history. */
import type { Policy } from '../../loop/pure/policy.ts';
import { supportGrounding } from './grounding.ts';

/** Refunds wait for a person and are at most 500.00; no answer may claim one that was not read back. */
export const supportPolicy: Policy = {
  tools: {
    orders: { effect: 'read' },
    payments: { effect: 'read' },
    shipping: { effect: 'read' },
    refund: { effect: 'act', approval: 'always', amount: { field: 'amountCents', max: 50_000 } },
  },
  redact: ['email', 'card', 'phone', 'iban'],
  claims: [
    {
      says: String.raw`\b(?:(?:has|have) been|was|were|is|I(?: have|'ve)?|we(?: have|'ve)?) (?:now |already |just )?refunded\b`,
      needs: 'refund',
    },
  ],
};

/** What runs were held to before claims were read: every sentence to the rows that it cites. */
export const groundedPolicy: Policy = { ...supportPolicy, grounding: supportGrounding };

/** The last of them: what was done is said by the records of executed calls alone. */
export const claimsPolicy: Policy = { ...supportPolicy, grounding: { ...supportGrounding, readsClaims: true } };
