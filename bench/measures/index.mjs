/** What is measured, by name; each takes a case's settings and its stage, and answers the figures of its row. */
import { deadline } from './deadline.mjs';
import { hedge } from './hedge.mjs';
import { kill } from './kill.mjs';
import { makespan } from './makespan.mjs';
import { small } from './small.mjs';

export const measures = { makespan, small, deadline, kill, hedge };
