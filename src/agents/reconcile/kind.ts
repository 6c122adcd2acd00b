/**
 * Reconciliation as a kind of run: its input, its report while it waits for a person, and the person's word.
 * The surprising rule: files come in the body or by their hash, never as a path, so that a caller reads nobody's disk.
 */
import { z } from 'zod';
import { context, docs, duration, type Kind } from '../../runs/kind.ts';
import { checkReconcile } from './check-input.ts';
import { csvFormat } from './csv-schema.ts';
import { reconcileForms } from './forms.ts';
import type { ReconcileInput } from './pure/types.ts';

export type {
  ReconcileInput,
  ReconciliationAnswer,
  ReconciliationReport,
  SignOff,
  SignOffRequest,
  SourceFile,
} from './pure/types.ts';

const short = z.string().min(1).max(200).regex(/\S/, 'must not be blank');

const named = {
  name: short.clone().register(docs, { description: 'Names it in errors and in the report' }),
  csv: z.exactOptional(csvFormat),
};
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower case hexadecimal');
const piece = z
  .strictObject({
    sha256: hash,
    bytes: z
      .int()
      .min(1)
      .max(32 * 1024 * 1024),
  })
  .register(docs, { description: 'A part of a large file, of at most 32 MB, as it was put into the store' });
const file = z
  .union([
    z.strictObject({ ...named, content: z.string() }),
    z.strictObject({ ...named, base64: z.base64() }),
    z.strictObject({ ...named, sha256: hash }),
    z.strictObject({ ...named, pieces: z.array(piece).min(1).max(2000) }),
  ])
  .register(docs, {
    id: 'SourceFile',
    description:
      'CSV, OFX, MT940 or camt.053: its text, its bytes in base64, or the SHA-256 of what was put into the store, whole or in pieces',
  });

const days = z.exactOptional(z.int().min(0).max(366));
const amount = z.string().regex(/^\d{1,12}(\.\d{1,4})?$/, 'must be an amount such as 0.05');
const fee = z
  .strictObject({
    name: short,
    percent: z.exactOptional(z.string().regex(/^\d{1,2}(\.\d{1,4})?$/, 'must be a share in percent such as 1.4')),
    fixed: z.exactOptional(amount),
  })
  .register(docs, {
    description: 'What is kept back of an amount: a share before the fee, a fixed sum a line, or both',
  });
const signature = z.strictObject({ by: short, note: z.exactOptional(z.string().max(2000)) });
const signatureOfReport = signature.extend({
  reportSha256: z
    .exactOptional(hash)
    .register(docs, { description: 'The SHA-256 of the report that was seen; any other is then refused' }),
  inputs: z.exactOptional(z.record(short, hash)).register(docs, {
    description:
      'The SHA-256 of files as they are now, by their names in the report; one that has changed since is refused by its name',
  }),
});

const input = z.strictObject({
  ledger: file,
  statements: z.array(file).min(1).max(1000),
  accounts: z
    .exactOptional(z.record(short, short))
    .register(docs, { description: 'The statements’ name of each account, by the ledger’s' }),
  rule: z.exactOptional(
    z.strictObject({
      windowDays: days,
      lateDays: days,
      maxLines: days,
      tolerance: z.exactOptional(amount),
      fees: z.exactOptional(z.array(fee).max(20)),
    }),
  ),
  signOff: z.exactOptional(signature).register(docs, { description: 'Signs as soon as the report is made' }),
  awaitSignOff: z
    .exactOptional(duration)
    .register(docs, { description: 'How long the report waits to be signed; not at all unless given' }),
  ...context,
});

const signed = z.object({
  state: z.enum(['notSignedOff', 'signedOff']),
  by: z.string().optional(),
  note: z.string().optional(),
  at: z.string().optional(),
  reportSha256: z.string().optional(),
  inputsSha256: z.string().optional(),
});
const reconciliation = z.object({
  report: z.unknown(),
  complete: z.boolean(),
  stored: z.object({ key: z.string(), sha256: z.string(), bytes: z.int() }),
  inputsSha256: z.string().optional(),
  text: z.string(),
  madeAt: z.string(),
  signOff: signed,
});

/**
 * The kind of run that compares a ledger with statements.
 *
 * @example type Input = Parameters<(typeof reconcileKind)['summary']>[0];
 */
export const reconcileKind = {
  name: 'reconcile' as const,
  workflow: 'reconcile',
  noun: 'partition',
  about: 'Compares a ledger with bank statements; every partition must succeed',
  input,
  remote: input.omit({ redriveOf: true, known: true }) as z.ZodType<ReconcileInput>,
  summary: ({ ledger, statements }) => `${ledger.name} and ${statements.map((each) => each.name).join(', ')}`,
  check: checkReconcile,
  saidAtStart: { signOff: 'sign-off' },
  words: {
    'sign-off': {
      summary: 'Sign the report of a reconciliation that waits for it',
      update: 'signOff',
      body: signatureOfReport,
      person: 'by',
      seen: { reportSha256: 'stored.sha256' },
      files: { inputs: 'report.inputs' },
      answer: signed,
    },
  },
  forms: reconcileForms,
  sights: {
    reconciliation: {
      summary: 'The report of a reconciliation, as soon as it is made',
      query: 'report',
      answer: reconciliation,
    },
  },
} satisfies Kind<ReconcileInput>;
