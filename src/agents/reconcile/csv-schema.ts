/** The settings of a CSV file as HTTP and a rules file give them. */
import { z } from 'zod';
import { docs } from '../../runs/kind.ts';
import { csvColumns } from './pure/csv-format.ts';
import { noProfile, profileNames } from './pure/profiles/index.ts';

const short = z.string().min(1).max(200).regex(/\S/, 'must not be blank');
const cells = z.array(z.string().max(200)).min(1).max(50);

const leaveOutBy = {
  column: short,
  is: z.exactOptional(cells),
  startsWith: z.exactOptional(cells),
  empty: z.exactOptional(z.literal(true)),
  filled: z.exactOptional(z.literal(true)),
  reason: short,
};

/** At least one of the ways to say which rows. */
const leaveOut = z.union([
  z.strictObject({ ...leaveOutBy, is: cells }),
  z.strictObject({ ...leaveOutBy, startsWith: cells }),
  z.strictObject({ ...leaveOutBy, empty: z.literal(true) }),
  z.strictObject({ ...leaveOutBy, filled: z.literal(true) }),
]);

export const csvFormat = z
  .strictObject({
    profile: z.exactOptional(z.enum([noProfile, ...profileNames])).register(docs, {
      description: 'The rules of a well-known export; guessed by its columns and said so unless given',
    }),
    encoding: z.exactOptional(z.string().regex(/^[\w.:-]{1,40}$/)),
    skip: z.exactOptional(z.int().min(0).max(1000)).register(docs, { description: 'Rows above the header' }),
    footer: z
      .exactOptional(z.int().min(0).max(1000))
      .register(docs, { description: 'Rows at the end that are no transactions' }),
    header: z.exactOptional(z.boolean()).register(docs, {
      description: 'Whether a row names the columns; where none does, columns are given as `#1`, `#2`',
    }),
    decimal: z.exactOptional(z.enum(['point', 'comma'])),
    dates: z.exactOptional(z.enum(['dmy', 'mdy', 'ymd'])),
    delimiter: z.exactOptional(z.string().length(1)),
    sign: z.exactOptional(z.enum(['asWritten', 'turned'])).register(docs, {
      description: '`turned` where a charge is positive, as credit cards write it',
    }),
    debit: z.exactOptional(z.enum(['in', 'out'])).register(docs, {
      description: 'Whether a debit is money in or out; in for a ledger and out for a statement unless given',
    }),
    account: z.exactOptional(short),
    currency: z.exactOptional(z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters such as EUR')),
    columns: z
      .exactOptional(z.partialRecord(z.enum(csvColumns), z.union([short, z.array(short).min(1).max(20)])))
      .register(docs, { description: 'Names of columns that are not known by themselves, or `#3` for the third' }),
    leaveOut: z.exactOptional(z.array(leaveOut).max(100)).register(docs, {
      description:
        'Rows that are no transactions of the account, beside those of the profile or by a status; each is counted with its reason; an empty list leaves out none',
    }),
  })
  .register(docs, { description: 'How a CSV file is to be read, where it does not say so itself' });
