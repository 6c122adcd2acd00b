/** Exactly what fanfold's worker registers; each name is the workflow's type in Temporal. */
export * from './library.ts';
export * from '../agents/workflows.ts';
