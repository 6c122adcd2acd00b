/** What support asks of a shop: the rows of one customer, and a refund that is made once. */

/**
 * An order, as support tells it.
 *
 * @example const order: ShopOrder = { id: 1042, placedOn: '2026-11-16', status: 'in transit', totalCents: 12_990, currency: 'EUR', products: '1 × Lamp' };
 */
export interface ShopOrder {
  readonly id: number;
  /** A day, such as `2026-11-16`. */
  readonly placedOn: string;
  readonly status: string;
  readonly totalCents: number;
  readonly currency: string;
  /** For people: `2 × Desk lamp, 1 × Kettle`. */
  readonly products: string;
}

/**
 * A payment of an order.
 *
 * @example const payment: ShopPayment = { id: 'P-1', order: 1042, at: '2026-11-16T18:22Z', amountCents: 12_990, currency: 'EUR', method: 'card', status: 'captured', refundedCents: null };
 */
export interface ShopPayment {
  /** Of letters, digits, `-` and `_`, as an answer cites it. */
  readonly id: string;
  readonly order: number;
  /** A minute, such as `2026-11-16T18:22Z`. */
  readonly at: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly method: string;
  /** Only what is `captured` can be given back. */
  readonly status: string;
  /** Null where nothing was given back. */
  readonly refundedCents: number | null;
}

/**
 * A parcel of an order.
 *
 * @example const parcel: ShopParcel = { tracking: 'NL1', order: 1042, carrier: 'Mail', status: 'in transit', shippedOn: '2026-11-17', expectedOn: '2026-11-25' };
 */
export interface ShopParcel {
  /** Of letters, digits, `-` and `_`, as an answer cites it. */
  readonly tracking: string;
  readonly order: number;
  readonly carrier: string;
  readonly status: string;
  readonly shippedOn: string;
  readonly expectedOn: string;
  /** What its carrier said last, and when. */
  readonly lastSeen?: string;
  readonly lastSeenAt?: string;
  /** Who says so for the carrier, where it is not the carrier. */
  readonly positionFrom?: string;
  /** What a reader of the row should know, such as that the carrier did not answer. */
  readonly note?: string;
}

/**
 * What was given back of a payment, and by which execution.
 *
 * @example const refund: ShopRefund = { key: 'run/call', amountCents: 12_990, at: '2026-11-20T09:00Z' };
 */
export interface ShopRefund {
  readonly key: string;
  readonly amountCents: number;
  readonly at: string;
}

/**
 * A refund that a person has approved.
 *
 * @example const asked: RefundRequest = { key: 'run/call', paymentId: 'P-1', amountCents: 12_990, reason: 'charged twice' };
 */
export interface RefundRequest {
  /** The same for each attempt of one execution, and for no other. */
  readonly key: string;
  readonly paymentId: string;
  readonly amountCents: number;
  readonly reason: string;
}

/**
 * How a look-up is made.
 *
 * @example const parcels = (orderId: number | undefined, { signal }: LookUpContext) => fetchParcels(orderId, signal);
 */
export interface LookUpContext {
  readonly signal: AbortSignal;
  /** Whether what is thrown is tried again. */
  readonly mayRetry: boolean;
}

type Awaitable<T> = T | Promise<T>;

/**
 * The rows of one customer: whoever makes it names the customer in each of its statements, so that no call reaches another's.
 * Of all orders, payments or parcels the newest come first; support looks at twenty and says where there are more.
 *
 * @example const shop = (customer: number): Shop => ({ orders: (id) => ordersOf(customer, id), payments, parcels, payment, refund, refundOf });
 */
export interface Shop {
  orders(orderId: number | undefined, context: LookUpContext): Awaitable<readonly ShopOrder[]>;
  payments(orderId: number | undefined, context: LookUpContext): Awaitable<readonly ShopPayment[]>;
  parcels(orderId: number | undefined, context: LookUpContext): Awaitable<readonly ShopParcel[]>;
  payment(id: string): Awaitable<ShopPayment | undefined>;
  /** Made once for a key; not at all where the payment is not the customer's, not captured, smaller, or given back by another key. */
  refund(request: RefundRequest): Awaitable<void>;
  /** Undefined where nothing was given back. */
  refundOf(paymentId: string): Awaitable<ShopRefund | undefined>;
}
