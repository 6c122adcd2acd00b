/** The made-up shop behind support's adapter: one customer's rows of its database, and where the carrier last saw their parcels. */
import { ApplicationFailure } from '@temporalio/common';
import type { LookUpContext, Shop, ShopParcel } from '../../shop.ts';
import { createCarrier, type Carrier, type Parcel } from './carrier.ts';
import { customerData, type Shipment } from './customer.ts';
import { shopDatabase } from './database.ts';

export interface DemoShopOptions {
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
}

export function demoShop({ home, environment }: DemoShopOptions): (customer: number) => Shop {
  const database = shopDatabase(home, environment['DATABASE_URL']?.trim());
  const carrier = createCarrier(environment);
  return (customer) => {
    const { shipments, ...data } = customerData(database, customer);
    return {
      ...data,
      async parcels(orderId, context) {
        const found = await shipments(orderId);
        return Promise.all(found.map((shipment) => whereIs(shipment, carrier, context)));
      },
    };
  };
}

const standIn = 'The positions are of a built-in stand-in for a carrier (FANFOLD_CARRIER_URL names a real one).';

/** Our own row stands even where the carrier does not answer; only parcels on their way are asked for. */
async function whereIs(shipment: Shipment, carrier: Carrier, { signal, mayRetry }: LookUpContext): Promise<ShopParcel> {
  if (shipment.status === 'delivered') return shipment;
  try {
    const seen = positionOf(await carrier.parcel(shipment.tracking, signal));
    return {
      ...shipment,
      ...seen,
      ...(carrier.isStandIn ? { positionFrom: 'a built-in stand-in', note: standIn } : {}),
    };
  } catch (error) {
    signal.throwIfAborted();
    const isFinal = error instanceof ApplicationFailure && error.nonRetryable;
    if (mayRetry && !isFinal) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { ...shipment, note: `The carrier gave no position: ${message}` };
  }
}

function positionOf({ events, expectedOn }: Parcel): Partial<ShopParcel> {
  const last = events.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
  return {
    ...(expectedOn ? { expectedOn } : {}),
    ...(last ? { lastSeen: `${last.what} in ${last.place}`, lastSeenAt: last.at } : {}),
  };
}
