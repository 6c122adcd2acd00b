/** An agent's answer for a person: the text, the rows behind it, what was done, what comes next, and how it came about. */
import { span, wrap, type Paint } from '../../command.ts';
import type { AgentAnswer } from './pure/types.ts';

export function agentText(answer: AgentAnswer, width: number, paint: Paint): string {
  const { text, cited, actions, nextAction, note, trace } = answer;
  const title = (name: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `${paint('bold', name)}\n${lines.join('\n')}`;
  const sections = [
    wrap(text, width),
    title(
      'Rows it cites',
      cited.map((row) => wrap(rowText(row), width, '  ')),
    ),
    title(
      'Actions',
      actions.map(({ state, by, note: said }) =>
        wrap(`- ${state}${by === undefined ? '' : `, decided by ${by}`}: ${said}`, width, '  '),
      ),
    ),
    title('Next', [wrap(nextAction, width, '  ')]),
    title(
      'Steps',
      trace.map((entry) => stepText(entry, trace[0]?.at ?? 0, width, answer.metrics.isGuess)),
    ),
    paint('dim', wrap(note, width)),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function rowText({ ref, ...columns }: AgentAnswer['cited'][number]): string {
  const values = Object.entries(columns).filter(([name, value]) => value !== null && !isForPrograms(name));
  return `${ref}: ${values.map(([name, value]) => `${spaced(name)} ${value}`).join(', ')}`;
}

/** Their meaning is in other columns, written for people. */
function isForPrograms(name: string): boolean {
  return name === 'currency' || name.endsWith('Cents');
}

/** `placedOn` as `placed on`. */
function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function stepText(
  { step, at, note, tokens }: AgentAnswer['trace'][number],
  start: number,
  width: number,
  isGuess = false,
): string {
  const head = `  ${step.padEnd(9)} ${span(at - start).padStart(8)}  `;
  const cost = tokens ? ` (${isGuess ? 'some ' : ''}${tokens} tokens)` : '';
  // The end of a note says why.
  return `${head}${wrap(`${note}${cost}`, Math.max(head.length + 20, width), ' '.repeat(head.length)).trimStart()}`;
}
