/** The faces of fanfold's agents, for the shell: one line an agent. */
import type { Face } from '../command.ts';
import { agentFace } from './loop/command.ts';
import { reconcileFace } from './reconcile/command.ts';
import { researchFace } from './research/command.ts';
import { reviewFace } from './review/command.ts';
import { supportFace } from './support/command.ts';

export const faces: readonly Face[] = [researchFace, supportFace, reviewFace, reconcileFace, agentFace];
