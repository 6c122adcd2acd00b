/**
 * A shop's data, made up but always the same: a hundred orders of forty customers with what belongs to them.
 * Customer 7's order 1042 is on its way and was charged twice, for the first try of the support agent.
 */

type Value = string | number | null;

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

const firstNames = [
  'Amara',
  'Bjorn',
  'Chidi',
  'Dalia',
  'Emeka',
  'Freya',
  'Goran',
  'Hana',
  'Ilse',
  'Jonas',
  'Kofi',
  'Leila',
];
const lastNames = [
  'Okonwell',
  'Brandtvik',
  'Castelano',
  'Drumheller',
  'Eskolain',
  'Fernhout',
  'Galdrick',
  'Hollenbeek',
];
const cities = ['Utrecht', 'Porto', 'Graz', 'Tampere', 'Lyon', 'Gdansk', 'Aarhus', 'Ghent'];
const products: readonly (readonly [string, number])[] = [
  ['Desk lamp Helio', 4990],
  ['Kettle Nordby 1.7 l', 5950],
  ['Headphones Aria 2', 12_990],
  ['Backpack Trek 28 l', 8900],
  ['Coffee grinder Molino', 7450],
  ['Wool blanket Fjell', 6900],
  ['Bicycle light set Lumo', 3490],
  ['Notebook A5, three pieces', 1290],
];
const carriers = ['Northline', 'Pakketa'];
const methods = ['card', 'card', 'bank transfer', 'wallet'];
const statuses = ['delivered', 'delivered', 'delivered', 'in transit', 'processing', 'cancelled'] as const;
const lastDay = Date.parse('2026-11-20T00:00:00Z');
const day = 86_400_000;
const firstOrder = 1001;

/** Numbers that look random and are the same everywhere: Park and Miller's generator, exact in a double. */
function dice(start: number): (sides: number) => number {
  let state = start;
  return (sides) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % sides;
  };
}

interface Order {
  readonly id: number;
  readonly customer: number;
  readonly placed: number;
  readonly status: (typeof statuses)[number];
  readonly lines: readonly (readonly [product: string, quantity: number, unitCents: number])[];
  readonly charges: number;
}

function orders(): Order[] {
  const roll = dice(20_261_120);
  const pick = <T>(list: readonly T[]): T => list[roll(list.length)] as T;
  return Array.from({ length: 100 }, (_, index) => {
    const id = firstOrder + index;
    const made: Order = {
      id,
      customer: 1 + roll(40),
      placed: lastDay - (100 - index) * day + roll(80_000) * 1000,
      status: pick(statuses),
      lines: Array.from({ length: 1 + roll(3) }, () => {
        const [product, cents] = pick(products);
        return [product, 1 + roll(2), cents] as const;
      }),
      charges: 1,
    };
    if (id === 1042) {
      const placed = Date.parse('2026-11-16T18:22:00Z');
      return {
        ...made,
        customer: 7,
        placed,
        status: 'in transit',
        lines: [['Headphones Aria 2', 1, 12_990]],
        charges: 2,
      };
    }
    return id === 1043 ? { ...made, customer: 8, status: 'delivered' } : made;
  });
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const minuteOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;
const totalOf = ({ lines }: Order): number => lines.reduce((sum, [, quantity, cents]) => sum + quantity * cents, 0);
const isSent = ({ status }: Order): boolean => status === 'delivered' || status === 'in transit';
export const trackingOf = (orderId: number): string => `NL48${String(orderId * 7919).padStart(9, '0')}`;

function customers(): Value[][] {
  const roll = dice(7);
  return Array.from({ length: 40 }, (_, index) => {
    const name = `${firstNames[roll(firstNames.length)]} ${lastNames[roll(lastNames.length)]}`;
    const email = `${name.toLowerCase().replaceAll(' ', '.')}${index + 1}@mail.example`;
    return [index + 1, name, email, cities[roll(cities.length)] ?? null];
  });
}

function paymentsOf(order: Order): Value[][] {
  return Array.from({ length: order.charges }, (_, index) => {
    const at = minuteOf(order.placed + index * 120_000);
    const status = order.status === 'cancelled' ? 'voided' : 'captured';
    const method = methods[order.id % methods.length] ?? 'card';
    return [`P-${order.id * 10 + index + 1}`, order.id, order.customer, at, totalOf(order), 'EUR', method, status];
  });
}

function shipmentOf(order: Order): Value[] {
  const shipped = order.placed + day;
  const carrier = carriers[order.id % carriers.length] ?? null;
  return [
    trackingOf(order.id),
    order.id,
    order.customer,
    carrier,
    order.status,
    dateOf(shipped),
    dateOf(shipped + 8 * day),
  ];
}

/** Every table with its rows, those that others refer to first. */
export function seed(): Table[] {
  const all = orders();
  const lines = all.flatMap((order) => order.lines.map((line, index) => [order.id, index + 1, ...line]));
  return [
    { name: 'customers', columns: ['id', 'name', 'email', 'city'], rows: customers() },
    {
      name: 'orders',
      columns: ['id', 'customer_id', 'placed_on', 'status', 'total_cents', 'currency'],
      rows: all.map((order) => [order.id, order.customer, dateOf(order.placed), order.status, totalOf(order), 'EUR']),
    },
    { name: 'order_lines', columns: ['order_id', 'line', 'product', 'quantity', 'unit_cents'], rows: lines },
    {
      name: 'payments',
      columns: ['id', 'order_id', 'customer_id', 'paid_at', 'amount_cents', 'currency', 'method', 'status'],
      rows: all.flatMap(paymentsOf),
    },
    {
      name: 'shipments',
      columns: ['tracking', 'order_id', 'customer_id', 'carrier', 'status', 'shipped_on', 'expected_on'],
      rows: all.filter(isSent).map(shipmentOf),
    },
  ];
}
