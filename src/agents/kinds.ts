/** The kinds of run that fanfold brings beside the library's own: one line an agent. */
import type { Kind } from '../runs/kind.ts';
import { reconcileKind } from './reconcile/kind.ts';
import { researchKind } from './research/kind.ts';
import { reviewKind } from './review/kind.ts';
import { supportKind } from './support/kind.ts';

export const kinds: readonly Kind[] = [researchKind, reviewKind, supportKind, reconcileKind];
