/** What makes a digest known to the shell, the service and the workers of this folder. */
import { defineConfig } from 'fanfold';
import { digestPart } from './activities.ts';
import { digestFace } from './face.ts';

export default defineConfig({ faces: [digestFace], parts: [digestPart], workflows: './workflows.ts' });
