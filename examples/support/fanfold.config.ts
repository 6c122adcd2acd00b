/** With this file `fanfold support "Where is my order 7?" --customer 1` answers from tables of your own, and refunds wait for a person. */
import { defineConfig } from 'fanfold';
import { supportPart, type Shop, type ShopOrder, type ShopPayment, type ShopRefund } from 'fanfold/activities';

/** Stand for your tables. */
const orders: (ShopOrder & { customer: number })[] = [
  {
    id: 7,
    customer: 1,
    placedOn: '2026-11-20',
    status: 'delivered',
    totalCents: 4200,
    currency: 'EUR',
    products: '1 × Chair',
  },
  {
    id: 8,
    customer: 2,
    placedOn: '2026-11-21',
    status: 'processing',
    totalCents: 900,
    currency: 'EUR',
    products: '1 × Cup',
  },
];
const paid = { order: 7, amountCents: 4200, currency: 'EUR', method: 'card', status: 'captured' };
const payments: Omit<ShopPayment, 'refundedCents'>[] = [
  { ...paid, id: 'pay-71', at: '2026-11-20T10:00Z' },
  { ...paid, id: 'pay-72', at: '2026-11-20T10:01Z' },
];
const refunds = new Map<string, ShopRefund>();

/** The rows of one customer: each look-up begins with them, so that no call reaches another's. */
function shopOf(customer: number): Shop {
  const own = orders.filter((order) => order.customer === customer);
  const ids = (orderId: number | undefined) =>
    own.map(({ id }) => id).filter((id) => orderId === undefined || id === orderId);
  const ownPayments = (orderId?: number): ShopPayment[] =>
    payments
      .filter(({ order }) => ids(orderId).includes(order))
      .map((payment) => ({ ...payment, refundedCents: refunds.get(payment.id)?.amountCents ?? null }));
  const payment = (id: string) => ownPayments().find((each) => each.id === id);
  return {
    orders: (orderId) => own.filter(({ id }) => ids(orderId).includes(id)),
    payments: ownPayments,
    parcels: () => [],
    payment,
    refund({ key, paymentId, amountCents }) {
      // In a database: one INSERT whose primary key is the payment, and which does nothing where there is a row.
      const found = payment(paymentId);
      if (found?.status !== 'captured' || amountCents > found.amountCents || refunds.has(paymentId)) return;
      refunds.set(paymentId, { key, amountCents, at: new Date().toISOString() });
    },
    refundOf: (paymentId) => (payment(paymentId) ? refunds.get(paymentId) : undefined),
  };
}

export default defineConfig({ parts: [supportPart({ shop: shopOf })] });
