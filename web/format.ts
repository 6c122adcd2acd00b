/** Moments, numbers and values as a person reads them, in the reader's own zone and language. */
import { many as plainly } from '../src/core/text/span.ts';

export { span } from '../src/core/text/span.ts';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const counts = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

/** Today the time alone, else with the day. */
export function moment(at: number): string {
  const date = new Date(at);
  const time = clock.format(date);
  return day.format(date) === day.format(new Date()) ? time : `${day.format(date)}, ${time}`;
}

/** With its zone, for who wants to know it exactly. */
export function exactMoment(at: number): string {
  return whole.format(new Date(at));
}

export function count(value: number): string {
  return counts.format(value);
}

/** `1 source`, `20,000 sources`. */
export function many(value: number, noun: string): string {
  return `${count(value)}${plainly(value, noun).slice(`${value}`.length)}`;
}

/** JSON over several lines; a value that cannot be written so as text. */
export function pretty(value: unknown): string {
  return JSON.stringify(value, undefined, 2) ?? 'nothing';
}
