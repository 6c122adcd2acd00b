/**
 * What one customer of the made-up shop may see and have done. The surprising rule: nothing here takes a customer as an argument,
 * and every statement names the one it was made for, so that no caller and no model can reach the rows of another.
 */
import { z } from 'zod';
import type { Database, ExecuteStatement } from '../../../../store/index.ts';
import { newest } from '../../pure/facts.ts';
import type { RefundRequest, ShopOrder, ShopPayment, ShopRefund } from '../../shop.ts';

const order = z.object({
  id: z.coerce.number(),
  placedOn: z.string(),
  status: z.string(),
  totalCents: z.coerce.number(),
  currency: z.string(),
});
const line = z.object({ order: z.coerce.number(), product: z.string(), quantity: z.coerce.number() });
const payment = z.object({
  id: z.string(),
  order: z.coerce.number(),
  at: z.string(),
  amountCents: z.coerce.number(),
  currency: z.string(),
  method: z.string(),
  status: z.string(),
  refundedCents: z.coerce.number().nullable(),
});
const shipment = z.object({
  tracking: z.string(),
  order: z.coerce.number(),
  carrier: z.string(),
  status: z.string(),
  shippedOn: z.string(),
  expectedOn: z.string(),
});
const refund = z.object({ key: z.string(), amountCents: z.coerce.number(), at: z.string() });

export type Shipment = z.output<typeof shipment>;

/** A shop without its carrier. */
export interface CustomerData {
  orders(orderId?: number): Promise<ShopOrder[]>;
  payments(orderId?: number): Promise<ShopPayment[]>;
  shipments(orderId?: number): Promise<Shipment[]>;
  payment(id: string): Promise<ShopPayment | undefined>;
  refund(request: RefundRequest): Promise<void>;
  refundOf(paymentId: string): Promise<ShopRefund | undefined>;
}

// PostgreSQL makes small letters of a name that is not quoted.
const paymentColumns = `p.id, p.order_id AS "order", p.paid_at AS "at", p.amount_cents AS "amountCents", p.currency, p.method, p.status,
  r.amount_cents AS "refundedCents" FROM shop_payments p LEFT JOIN shop_refunds r ON r.payment_id = p.id`;

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
    async orders(orderId) {
      const columns =
        'SELECT o.id, o.placed_on AS "placedOn", o.status, o.total_cents AS "totalCents", o.currency FROM shop_orders o';
      const found = await mine(order, columns, 'o', 'o.id', orderId);
      const lines = await all(
        line,
        `SELECT l.order_id AS "order", l.product, l.quantity FROM shop_order_lines l JOIN shop_orders o ON o.id = l.order_id
         WHERE o.customer_id = ? ORDER BY l.order_id, l.line`,
        customer,
      );
      const products = (id: number): string =>
        lines
          .filter((each) => each.order === id)
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
      const columns = 'idempotency_key AS "key", amount_cents AS "amountCents", refunded_at AS "at"';
      const select = `SELECT ${columns} FROM shop_refunds WHERE customer_id = ? AND payment_id = ?`;
      return (await all(refund, select, customer, paymentId))[0];
    },
  };
}

const shipmentColumns = `SELECT s.tracking, s.order_id AS "order", s.carrier, s.status, s.shipped_on AS "shippedOn", s.expected_on AS "expectedOn"
  FROM shop_shipments s`;
/** One statement, so that nothing comes between the check and the insertion. PostgreSQL must be given the types of bare arguments. */
const insertRefund = `INSERT INTO shop_refunds (payment_id, idempotency_key, customer_id, amount_cents, reason, refunded_at)
  SELECT p.id, CAST(? AS TEXT), p.customer_id, CAST(? AS INTEGER), CAST(? AS TEXT), CAST(? AS TEXT) FROM shop_payments p
  WHERE p.customer_id = ? AND p.id = ? AND p.status = 'captured' AND p.amount_cents >= ?
  ON CONFLICT DO NOTHING`;
