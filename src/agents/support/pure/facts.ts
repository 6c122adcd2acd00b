/** What rows say together: money as people write it, and charges that look like one too many. */
import type { Row } from '../../loop/pure/conversation.ts';

/** Rows of a kind that are looked at where no order is named, the newest first; of older ones nothing is known. */
export const newest = 20;

/** `EUR 129.90`. */
export function money(cents: number, currency: string): string {
  const sign = cents < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(cents) / 100);
  return `${currency} ${sign}${whole}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
}

export interface Charge {
  readonly id: string;
  readonly orderId: number;
  readonly at: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly status: string;
  readonly refundedCents: number;
}

/** One that was taken on top of an earlier one of the same order and amount; the first stands. */
export interface DuplicateCharge {
  readonly first: Charge;
  readonly second: Charge;
}

export function duplicates(charges: readonly Charge[]): DuplicateCharge[] {
  const found: DuplicateCharge[] = [];
  const firsts = new Map<string, Charge>();
  for (const charge of charges.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1))) {
    if (charge.status !== 'captured') continue;
    const key = `${charge.orderId} ${charge.amountCents} ${charge.currency}`;
    const first = firsts.get(key);
    if (first) found.push({ first, second: charge });
    else firsts.set(key, charge);
  }
  return found;
}

/** The charges among rows of any kind. */
export function chargesOf(rows: readonly Row[]): Charge[] {
  return rows.flatMap(({ ref, order, at, amountCents, currency, status, refundedCents }) => {
    if (!ref.startsWith('payment ') || typeof amountCents !== 'number') return [];
    const id = ref.slice('payment '.length);
    const [orderId, refunded] = [Number(order), Number(refundedCents ?? 0)];
    return [
      { id, orderId, at: `${at}`, amountCents, currency: `${currency}`, status: `${status}`, refundedCents: refunded },
    ];
  });
}

/** Charges taken once too often and not given back yet. */
export function openDuplicates(rows: readonly Row[]): DuplicateCharge[] {
  return duplicates(chargesOf(rows)).filter(({ second }) => second.refundedCents === 0);
}
