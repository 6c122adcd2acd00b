/** The support agent's tools over one customer's rows. What they return is what an answer may cite. */
import { given } from '../../../activities/index.ts';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import type { Row, ToolOutput } from '../../loop/pure/conversation.ts';
import { chargesOf, duplicates, money, newest } from '../pure/facts.ts';
import { actTool, readTool, type CallContext, type Tool } from '../../loop/activities/tool.ts';
import { customerData, type CustomerData, type Order, type Payment, type Shipment } from './customer.ts';
import type { Carrier, Parcel } from './carrier.ts';
import type { Database } from '../../../store/index.ts';

const subject = z.object({ customer: z.int().min(1) });
const about = z.object({
  orderId: z.int().min(1).optional().describe('The number of one order; all of the customer unless given'),
});
const refundInput = z.object({
  paymentId: z
    .string()
    .regex(/^P-\d{1,12}$/)
    .describe('The payment to give back, such as P-10421'),
  amountCents: z.int().min(1).describe('The amount in cents, at most what was paid'),
  reason: z.string().min(3).max(300),
});

export function supportTools(database: Database, carrier: Carrier): Record<string, Tool> {
  const dataOf = (context: CallContext): CustomerData =>
    customerData(database, subject.parse(context.subject).customer);
  return {
    orders: readTool({
      description: "The customer's orders: status, products, total",
      schema: about,
      async run({ orderId }, context) {
        const { found, note } = newestOf(await dataOf(context).orders(orderId), 'orders');
        if (found.length === 0) return { rows: [], note: nothing('order', orderId) };
        return { rows: found.map(orderRow), ...given({ note }) };
      },
    }),
    payments: readTool({
      description: "The customer's payments and refunds; says which charges look like one too many",
      schema: about,
      run: async ({ orderId }, context) => paymentsOutput(await dataOf(context).payments(orderId), orderId),
    }),
    shipping: readTool({
      description: "The customer's parcels, with where the carrier last saw them",
      schema: about,
      run: async ({ orderId }, context) =>
        shippingOutput(await dataOf(context).shipments(orderId), orderId, carrier, context),
    }),
    refund: refundTool(dataOf),
  };
}

function refundTool(dataOf: (context: CallContext) => CustomerData): Tool {
  return actTool({
    description:
      'Gives a payment back. A person must approve it first; call it only when the customer asks for the money',
    schema: refundInput,
    async check({ paymentId, amountCents }, context) {
      const payment = await dataOf(context).payment(paymentId);
      if (!payment) return `There is no payment ${paymentId} of this customer.`;
      if (payment.status !== 'captured')
        return `Payment ${paymentId} is ${payment.status}, so there is nothing to give back.`;
      if (payment.refunded_cents !== null) return `Payment ${paymentId} was given back before.`;
      if (amountCents <= payment.amount_cents) return undefined;
      return `Payment ${paymentId} was ${payment.amount_cents} cents; ${amountCents} are more.`;
    },
    async execute({ paymentId, amountCents, reason }, { key, ...context }) {
      const data = dataOf(context);
      await data.refund({ key, paymentId, amountCents, reason });
      const [made, payment] = await Promise.all([data.refundOf(paymentId), data.payment(paymentId)]);
      if (payment && made?.idempotency_key === key)
        return { rows: [refundRow(paymentId, made.amount_cents, payment.currency, made.refunded_at)] };
      const why = made ? 'was given back by another run' : 'cannot be given back';
      throw ApplicationFailure.nonRetryable(`Payment ${paymentId} ${why}`, 'RefundRefused');
    },
    async verify({ paymentId, amountCents }, { key, ...context }) {
      const data = dataOf(context);
      const [made, payment] = await Promise.all([data.refundOf(paymentId), data.payment(paymentId)]);
      if (made?.idempotency_key !== key || made.amount_cents !== amountCents || payment?.refunded_cents !== amountCents)
        return { ok: false, message: `The refund of payment ${paymentId} is not in the database as it was asked for` };
      const rows = [refundRow(paymentId, amountCents, payment.currency, made.refunded_at), paymentRow(payment)];
      return { ok: true, output: { rows, note: `${money(amountCents, payment.currency)} of payment ${paymentId}` } };
    },
  });
}

function orderRow({ id, placed_on, status, total_cents, currency, products }: Order): Row {
  return { ref: `order ${id}`, placedOn: placed_on, status, total: money(total_cents, currency), products };
}

function paymentRow(payment: Payment): Row {
  const { id, order_id, paid_at, amount_cents, currency, method, status, refunded_cents } = payment;
  return {
    ref: `payment ${id}`,
    order: order_id,
    at: paid_at,
    amount: money(amount_cents, currency),
    amountCents: amount_cents,
    currency,
    method,
    status,
    refundedCents: refunded_cents ?? 0,
  };
}

function refundRow(paymentId: string, amountCents: number, currency: string, at?: string): Row {
  const amount = money(amountCents, currency);
  return { ref: `refund ${paymentId}`, payment: paymentId, amount, amountCents, ...given({ at }) };
}

/** The rows that are told, and that there are older ones. */
function newestOf<R>(rows: readonly R[], noun: string): { readonly found: readonly R[]; readonly note?: string } {
  if (rows.length <= newest) return { found: rows };
  const note = `These are the newest ${newest} ${noun}; older ones were not looked at, so nothing is known of them.`;
  return { found: rows.slice(0, newest), note };
}

function paymentsOutput(all: readonly Payment[], orderId: number | undefined): ToolOutput {
  const { found: payments, note } = newestOf(all, 'payments');
  if (payments.length === 0) return { rows: [], note: nothing('payment', orderId) };
  const rows = payments.map(paymentRow);
  const refunds = payments.flatMap(({ id, currency, refunded_cents: cents }) =>
    cents === null ? [] : [refundRow(id, cents, currency)],
  );
  const twice = duplicates(chargesOf(rows)).map(
    ({ first, second }) =>
      `Order ${second.orderId} was charged twice: payment ${first.id} and then payment ${second.id}, ${money(second.amountCents, second.currency)} each; ${second.id} is one too many${second.refundedCents > 0 ? ' and was given back' : ''}.`,
  );
  const said = twice.join(' ') || `${note === undefined ? 'No' : 'Of these no'} charge looks like one too many.`;
  return { rows: [...rows, ...refunds], note: note === undefined ? said : `${note} ${said}` };
}

async function shippingOutput(
  all: readonly Shipment[],
  orderId: number | undefined,
  carrier: Carrier,
  context: CallContext,
): Promise<ToolOutput> {
  const { found: shipments, note: older } = newestOf(all, 'parcels');
  if (shipments.length === 0) return { rows: [], note: nothing('parcel', orderId) };
  const seen = await Promise.all(shipments.map((shipment) => whereIs(shipment, carrier, context)));
  const rows = seen.map(({ row }) => row);
  const silent = seen.flatMap(({ problem }) => problem ?? []);
  const standIn = carrier.isStandIn
    ? ['The positions are of a built-in stand-in for a carrier (FANFOLD_CARRIER_URL names a real one).']
    : [];
  const notes = [...(older === undefined ? [] : [older]), ...silent.slice(0, 1), ...standIn];
  return notes.length > 0 ? { rows, note: notes.join(' ') } : { rows };
}

/** Our own row stands even where the carrier does not answer; only parcels on their way are asked for. */
async function whereIs(
  shipment: Shipment,
  carrier: Carrier,
  { signal, mayRetry }: CallContext,
): Promise<{ row: Row; problem?: string }> {
  const { tracking, order_id, carrier: name, status, shipped_on, expected_on } = shipment;
  const row: Row = {
    ref: `parcel ${tracking}`,
    order: order_id,
    carrier: name,
    status,
    shippedOn: shipped_on,
    expectedOn: expected_on,
  };
  if (status === 'delivered') return { row };
  try {
    const seen = position(await carrier.parcel(tracking, signal), expected_on);
    return { row: { ...row, ...seen, ...(carrier.isStandIn ? { positionFrom: 'a built-in stand-in' } : {}) } };
  } catch (error) {
    signal.throwIfAborted();
    const isFinal = error instanceof ApplicationFailure && error.nonRetryable;
    if (mayRetry && !isFinal) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { row, problem: `The carrier gave no position: ${message}` };
  }
}

function position({ events, expectedOn }: Parcel, planned: string): Record<string, string> {
  const last = events.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
  return {
    expectedOn: expectedOn ?? planned,
    ...(last ? { lastSeen: `${last.what} in ${last.place}`, lastSeenAt: last.at } : {}),
  };
}

function nothing(noun: string, orderId: number | undefined): string {
  return orderId === undefined
    ? `This customer has no ${noun}.`
    : `This customer has no ${noun} for an order ${orderId}.`;
}
