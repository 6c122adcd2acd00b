/**
 * What one customer may see and have done. The surprising rule: nothing here takes a customer as an argument, and every
 * statement names the one it was made for, so that no caller and no model can reach the rows of another.
 */
import { z } from 'zod';
import type { Database, ExecuteStatement } from '../../../store/index.ts';
import { newest } from '../pure/facts.ts';

const order = z.object({
  id: z.coerce.number(),
  placed_on: z.string(),
  status: z.string(),
  total_cents: z.coerce.number(),
  currency: z.string(),
});
const line = z.object({ order_id: z.coerce.number(), product: z.string(), quantity: z.coerce.number() });
const payment = z.object({
  id: z.string(),
  order_id: z.coerce.number(),
  paid_at: z.string(),
  amount_cents: z.coerce.number(),
  currency: z.string(),
  method: z.string(),
  status: z.string(),
  refunded_cents: z.coerce.number().nullable(),
});
const shipment = z.object({
  tracking: z.string(),
  order_id: z.coerce.number(),
  carrier: z.string(),
  status: z.string(),
  shipped_on: z.string(),
  expected_on: z.string(),
});
const refund = z.object({
  payment_id: z.string(),
  idempotency_key: z.string(),
  amount_cents: z.coerce.number(),
  refunded_at: z.string(),
});

export type Order = z.output<typeof order> & { readonly products: string };
export type Payment = z.output<typeof payment>;
export type Shipment = z.output<typeof shipment>;
export type Refund = z.output<typeof refund>;

export interface RefundRequest {
  readonly key: string;
  readonly paymentId: string;
  readonly amountCents: number;
  readonly reason: string;
}

export interface CustomerData {
  exists(): Promise<boolean>;
  /** The newest first, one more than {@link newest} where there are more; or the one asked for. */
  orders(orderId?: number): Promise<Order[]>;
  payments(orderId?: number): Promise<Payment[]>;
  shipments(orderId?: number): Promise<Shipment[]>;
  payment(id: string): Promise<Payment | undefined>;
  /** Inserted once for a key; nothing is where the payment is not the customer's, not captured, too small, or refunded by another key. */
  refund(request: RefundRequest): Promise<void>;
  refundOf(paymentId: string): Promise<Refund | undefined>;
}

const paymentColumns = `p.id, p.order_id, p.paid_at, p.amount_cents, p.currency, p.method, p.status, r.amount_cents AS refunded_cents
  FROM shop_payments p LEFT JOIN shop_refunds r ON r.payment_id = p.id`;

export function customerData({ execute }: Database, customer: number): CustomerData {
  const all = async <S extends z.ZodType>(schema: S, statement: string, ...args: Parameters<ExecuteStatement>[1][]) =>
    z.array(schema).parse(await execute(statement, ...args));
  const mine = <S extends z.ZodType>(schema: S, select: string, table: string, orderColumn: string, orderId?: number) =>
    orderId === undefined
      ? all(
          schema,
          `${select} WHERE ${table}.customer_id = ? ORDER BY ${orderColumn} DESC LIMIT ${newest + 1}`,
          customer,
        )
      : all(schema, `${select} WHERE ${table}.customer_id = ? AND ${orderColumn} = ?`, customer, orderId);
  return {
    exists: async () => (await execute('SELECT id FROM shop_customers WHERE id = ?', customer)).length > 0,
    async orders(orderId) {
      const columns = 'SELECT o.id, o.placed_on, o.status, o.total_cents, o.currency FROM shop_orders o';
      const found = await mine(order, columns, 'o', 'o.id', orderId);
      const lines = await all(
        line,
        `SELECT l.order_id, l.product, l.quantity FROM shop_order_lines l JOIN shop_orders o ON o.id = l.order_id
         WHERE o.customer_id = ? ORDER BY l.order_id, l.line`,
        customer,
      );
      const products = (id: number): string =>
        lines
          .filter((each) => each.order_id === id)
          .map(({ quantity, product }) => `${quantity} × ${product}`)
          .join(', ');
      return found.map((each) => ({ ...each, products: products(each.id) }));
    },
    payments: (orderId) => mine(payment, `SELECT ${paymentColumns}`, 'p', 'p.order_id', orderId),
    shipments: (orderId) => mine(shipment, shipmentColumns, 's', 's.order_id', orderId),
    async payment(id) {
      const select = `SELECT ${paymentColumns} WHERE p.customer_id = ? AND p.id = ?`;
      return (await all(payment, select, customer, id))[0];
    },
    async refund({ key, paymentId, amountCents, reason }) {
      await execute(insertRefund, key, amountCents, reason, new Date().toISOString(), customer, paymentId, amountCents);
    },
    async refundOf(paymentId) {
      const columns = 'payment_id, idempotency_key, amount_cents, refunded_at';
      const select = `SELECT ${columns} FROM shop_refunds WHERE customer_id = ? AND payment_id = ?`;
      return (await all(refund, select, customer, paymentId))[0];
    },
  };
}

const shipmentColumns =
  'SELECT s.tracking, s.order_id, s.carrier, s.status, s.shipped_on, s.expected_on FROM shop_shipments s';
/** One statement, so that nothing comes between the check and the insertion. PostgreSQL must be given the types of bare arguments. */
const insertRefund = `INSERT INTO shop_refunds (payment_id, idempotency_key, customer_id, amount_cents, reason, refunded_at)
  SELECT p.id, CAST(? AS TEXT), p.customer_id, CAST(? AS INTEGER), CAST(? AS TEXT), CAST(? AS TEXT) FROM shop_payments p
  WHERE p.customer_id = ? AND p.id = ? AND p.status = 'captured' AND p.amount_cents >= ?
  ON CONFLICT DO NOTHING`;
