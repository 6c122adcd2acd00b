/** The support agent's tools over one customer's rows. What they return is what an answer may cite. */
import { given } from '../../../activities/index.ts';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import type { OwnTool, ToolContext, ToolKit } from '../../loop/own-tools.ts';
import type { Row, ToolOutput } from '../../loop/pure/conversation.ts';
import { chargesOf, duplicates, money, newest } from '../pure/facts.ts';
import type { Shop, ShopOrder, ShopParcel, ShopPayment } from '../shop.ts';

export const customerSchema = z.object({ customer: z.int().min(1) });
export type Customer = z.output<typeof customerSchema>;

const about = z.object({
  orderId: z.int().min(1).optional().describe('The number of one order; all of the customer unless given'),
});
const refundInput = z.object({
  paymentId: z
    .string()
    .regex(/^[\w-]{1,60}$/)
    .describe('The payment to give back, such as P-10421'),
  amountCents: z.int().min(1).describe('The amount in cents, at most what was paid'),
  reason: z.string().min(3).max(300),
});

export function supportTools(shopOf: (customer: number) => Shop) {
  const shop = ({ subject }: ToolContext<Customer>): Shop => shopOf(subject.customer);
  return (kit: ToolKit<Customer>): Record<string, OwnTool<Customer>> => ({
    orders: kit.read({
      description: "The customer's orders: status, products, total",
      input: about,
      async run({ orderId }, context) {
        const { found, note } = newestOf(await shop(context).orders(orderId, context), 'orders');
        if (found.length === 0) return { rows: [], note: nothing('order', orderId) };
        return { rows: found.map(orderRow), ...given({ note }) };
      },
    }),
    payments: kit.read({
      description: "The customer's payments and refunds; says which charges look like one too many",
      input: about,
      run: async ({ orderId }, context) => paymentsOutput(await shop(context).payments(orderId, context), orderId),
    }),
    shipping: kit.read({
      description: "The customer's parcels, with where the carrier last saw them",
      input: about,
      run: async ({ orderId }, context) => parcelsOutput(await shop(context).parcels(orderId, context), orderId),
    }),
    refund: refundTool(kit, shop),
  });
}

function refundTool({ act }: ToolKit<Customer>, shopOf: (context: ToolContext<Customer>) => Shop): OwnTool<Customer> {
  return act({
    description:
      'Gives a payment back. A person must approve it first; call it only when the customer asks for the money',
    input: refundInput,
    amount: { field: 'amountCents', max: 50_000 },
    async check({ paymentId, amountCents }, context) {
      const payment = await shopOf(context).payment(paymentId);
      if (!payment) return `There is no payment ${paymentId} of this customer.`;
      if (payment.status !== 'captured')
        return `Payment ${paymentId} is ${payment.status}, so there is nothing to give back.`;
      if (payment.refundedCents) return `Payment ${paymentId} was given back before.`;
      if (amountCents <= payment.amountCents) return undefined;
      return `Payment ${paymentId} was ${payment.amountCents} cents; ${amountCents} are more.`;
    },
    async run({ paymentId, amountCents, reason }, { key, ...context }) {
      const shop = shopOf(context);
      await shop.refund({ key, paymentId, amountCents, reason });
      const [made, payment] = await Promise.all([shop.refundOf(paymentId), shop.payment(paymentId)]);
      if (payment && made?.key === key) return [refundRow(paymentId, made.amountCents, payment.currency, made.at)];
      const why = made ? 'was given back by another run' : 'cannot be given back';
      throw ApplicationFailure.nonRetryable(`Payment ${paymentId} ${why}`, 'RefundRefused');
    },
    async verify({ paymentId, amountCents }, { key, ...context }) {
      const shop = shopOf(context);
      const [made, payment] = await Promise.all([shop.refundOf(paymentId), shop.payment(paymentId)]);
      if (made?.key !== key || made.amountCents !== amountCents || payment?.refundedCents !== amountCents) return [];
      const rows = [refundRow(paymentId, amountCents, payment.currency, made.at), paymentRow(payment)];
      return { rows, note: `${money(amountCents, payment.currency)} of payment ${paymentId}` };
    },
  });
}

function orderRow({ id, placedOn, status, totalCents, currency, products }: ShopOrder): Row {
  return { ref: `order ${id}`, placedOn, status, total: money(totalCents, currency), products };
}

function paymentRow({ id, order, at, amountCents, currency, method, status, refundedCents }: ShopPayment): Row {
  const amount = money(amountCents, currency);
  const refunded = refundedCents ?? 0;
  return { ref: `payment ${id}`, order, at, amount, amountCents, currency, method, status, refundedCents: refunded };
}

function refundRow(paymentId: string, amountCents: number, currency: string, at?: string): Row {
  const amount = money(amountCents, currency);
  return { ref: `refund ${paymentId}`, payment: paymentId, amount, amountCents, ...given({ at }) };
}

function parcelRow({ tracking, order, carrier, status, shippedOn, expectedOn, ...more }: ShopParcel): Row {
  const { lastSeen, lastSeenAt, positionFrom } = more;
  const seen = given({ lastSeen, lastSeenAt, positionFrom });
  return { ref: `parcel ${tracking}`, order, carrier, status, shippedOn, expectedOn, ...seen };
}

/** The rows that are told, and that there are older ones. */
function newestOf<R>(rows: readonly R[], noun: string): { readonly found: readonly R[]; readonly note?: string } {
  if (rows.length <= newest) return { found: rows };
  const note = `These are the newest ${newest} ${noun}; older ones were not looked at, so nothing is known of them.`;
  return { found: rows.slice(0, newest), note };
}

function paymentsOutput(all: readonly ShopPayment[], orderId: number | undefined): ToolOutput {
  const { found: payments, note } = newestOf(all, 'payments');
  if (payments.length === 0) return { rows: [], note: nothing('payment', orderId) };
  const rows = payments.map(paymentRow);
  const refunds = payments.flatMap(({ id, currency, refundedCents: cents }) =>
    // None is also 0, as a database may say it.
    cents ? [refundRow(id, cents, currency)] : [],
  );
  const twice = duplicates(chargesOf(rows)).map(
    ({ first, second }) =>
      `Order ${second.orderId} was charged twice: payment ${first.id} and then payment ${second.id}, ${money(second.amountCents, second.currency)} each; ${second.id} is one too many${second.refundedCents > 0 ? ' and was given back' : ''}.`,
  );
  const said = twice.join(' ') || `${note === undefined ? 'No' : 'Of these no'} charge looks like one too many.`;
  return { rows: [...rows, ...refunds], note: note === undefined ? said : `${note} ${said}` };
}

function parcelsOutput(all: readonly ShopParcel[], orderId: number | undefined): ToolOutput {
  const { found, note: older } = newestOf(all, 'parcels');
  if (found.length === 0) return { rows: [], note: nothing('parcel', orderId) };
  const notes = [...new Set([older, ...found.map(({ note }) => note)])].filter((note) => note !== undefined);
  const note = notes.length === 0 ? undefined : notes.slice(0, 3).join(' ');
  return { rows: found.map(parcelRow), ...given({ note }) };
}

function nothing(noun: string, orderId: number | undefined): string {
  return orderId === undefined
    ? `This customer has no ${noun}.`
    : `This customer has no ${noun} for an order ${orderId}.`;
}
