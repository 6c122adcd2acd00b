/** Limits over HTTP: what a run may say of them, and what is answered about them. */
import { z } from 'zod';
import { docs } from './docs.ts';

export const limitOptions = {
  limit: z
    .exactOptional(z.string().min(1).max(64))
    .register(docs, { description: 'The named limit at which every task waits that names none itself' }),
  priority: z
    .exactOptional(z.int().min(1).max(5))
    .register(docs, { description: '1 goes first, 5 last; 3 unless given' }),
  tenant: z.exactOptional(z.string().min(1).max(64)).register(docs, {
    description: 'Tenants share what there is evenly, where the server can; each run is its own tenant unless given',
  }),
  tenantWeight: z
    .exactOptional(z.number().min(0.001).max(1000))
    .register(docs, { description: 'How much the tenant gets, against 1 of the others' }),
};
