/**
 * The support agent's answer without a model: a template over the rows that were found, each statement with its row.
 * It proposes a refund only of a second charge, and only when the customer asks for the money.
 */
import type { PlannedLookUp } from '../../loop/definition.ts';
import type { Row } from '../../loop/pure/conversation.ts';
import { fateOf } from '../../loop/pure/fates.ts';
import type { Intent } from '../pure/types.ts';
import {
  chargesOf,
  duplicates,
  money,
  newest,
  openDuplicates,
  type Charge,
  type DuplicateCharge,
} from '../pure/facts.ts';
import type { Known } from '../../loop/activities/index.ts';

const most = 5;

export function answerByRules(known: Known): string | PlannedLookUp {
  const intent = known.intent as Intent;
  const call = proposal(known, intent);
  if (call) return call;
  const paragraphs = [
    ...orderLines(known.rows, intent),
    ...parcelLines(known.rows),
    ...paymentLines(known.rows, intent),
    ...refundLines(known, intent),
  ];
  const gaps = gapLines(known, intent);
  return [...(paragraphs.length === 0 && gaps.length === 0 ? [nothing(intent)] : paragraphs), ...gaps].join('\n\n');
}

/** What was not found out or not understood is said, and passed to a person: a look-up that failed denies nothing. */
function gapLines({ failed = [] }: Known, { topics }: Intent): string[] {
  const lost = failed.map((tool) => nouns[tool] ?? tool).join(' and ');
  return [
    ...(failed.length > 0
      ? [`Your ${lost} could not be looked up just now, so nothing can be said of them. A person takes over.`]
      : []),
    ...(topics.includes('other')
      ? ['Part of your message needs a person, who takes over: it asks for what cannot be answered from your orders.']
      : []),
  ];
}

const nouns: Readonly<Record<string, string>> = { orders: 'orders', payments: 'payments', shipping: 'parcels' };

function proposal({ rows, actions, mayCall }: Known, { topics, orderId }: Intent): PlannedLookUp | undefined {
  if (!mayCall || !topics.includes('refund') || actions.length > 0) return undefined;
  const open = openDuplicates(rows).find(({ second }) => orderId === null || second.orderId === orderId);
  if (!open) return undefined;
  const { id, amountCents, orderId: order } = open.second;
  const reason = `Order ${order} was charged twice: ${open.first.id} and ${id}`;
  return { id: `refund-${id}`, tool: 'refund', input: { paymentId: id, amountCents, reason } };
}

const of = (rows: readonly Row[], kind: string): Row[] => rows.filter(({ ref }) => ref.startsWith(`${kind} `));

function orderLines(rows: readonly Row[], { orderId }: Intent): string[] {
  const found = of(rows, 'order');
  if (found.length === 0) return [];
  if (orderId !== null) return found.map(orderLine);
  const more = found.length >= newest ? 'There are more.' : `There are ${found.length - most} more.`;
  const rest = found.length > most ? [more] : [];
  return [[...found.slice(0, most).map((row) => `- ${orderLine(row)}`), ...rest].join('\n')];
}

function orderLine({ ref, placedOn, products, total, status }: Row): string {
  return `Order ${ref.slice('order '.length)} of ${placedOn} (${products}; ${total}) is ${status} [${ref}].`;
}

function parcelLines(rows: readonly Row[]): string[] {
  return of(rows, 'parcel')
    .slice(0, most)
    .map(({ ref, carrier, status, shippedOn, expectedOn, lastSeen, lastSeenAt, positionFrom }) => {
      const from = positionFrom === undefined ? '' : ` (says ${positionFrom} for the carrier)`;
      const seen = lastSeen === undefined ? '' : `; it was last seen ${dayOf(lastSeenAt)}: ${lastSeen}${from}`;
      const rest = status === 'delivered' ? '; it was delivered' : `${seen}; it is expected on ${expectedOn}`;
      return `${carrier} has had the parcel since ${shippedOn}${rest} [${ref}].`;
    });
}

function paymentLines(rows: readonly Row[], { topics }: Intent): string[] {
  if (!topics.includes('payments') && !topics.includes('refund')) return [];
  const charges = chargesOf(rows);
  if (charges.length === 0) return [];
  const twice = duplicates(charges);
  if (twice.length > 0) return twice.map(twiceLine);
  const shown = charges.slice(0, most).map((charge) => `- ${chargeLine(charge)}`);
  const none =
    charges.length >= newest
      ? `Of your newest ${newest} charges none looks like one too many; older ones were not looked at. The latest are:`
      : 'No charge looks like one too many:';
  return [`${none}\n${shown.join('\n')}`];
}

function twiceLine({ first, second }: DuplicateCharge): string {
  const amount = money(second.amountCents, second.currency);
  const back = second.refundedCents > 0 ? ' It has been given back.' : '';
  return `Yes, order ${second.orderId} was charged twice: ${amount} ${dayOf(first.at)} [payment ${first.id}], and ${amount} again ${dayOf(second.at)} [payment ${second.id}]. The second charge is one too many.${back}`;
}

function chargeLine({ id, orderId, at, amountCents, currency, status }: Charge): string {
  return `${money(amountCents, currency)} for order ${orderId} ${dayOf(at)}, ${status} [payment ${id}]`;
}

/** Why a person said no is for the customer; why a tool failed is not. */
function saidOfRefund(action: Known['actions'][number]): string {
  return action.state === 'rejected' ? `The refund was not made. ${action.note}` : `The refund: ${fateOf(action)}`;
}

function refundLines({ rows, actions }: Known, { topics }: Intent): string[] {
  const made = of(rows, 'refund').map(
    ({ ref, payment, amount }) => `Of payment ${payment}, ${amount} have been refunded [${ref}].`,
  );
  const others = actions.filter(({ state }) => state !== 'verified').map(saidOfRefund);
  if (made.length + others.length > 0) return [...made, ...others];
  return topics.includes('refund')
    ? ['A refund of anything but a second charge is decided by a person, who is told.']
    : [];
}

/** `on 2026-11-16 at 18:22`. */
function dayOf(at: unknown): string {
  const [date = '', time = ''] = String(at).split('T');
  return time === '' ? `on ${date}` : `on ${date} at ${time.slice(0, 5)}`;
}

function nothing({ orderId }: Intent): string {
  return orderId === null
    ? 'There is nothing on record for this customer that answers the question.'
    : `This customer has no order ${orderId}. Please check the number.`;
}
