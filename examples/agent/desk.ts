/** A hotel's desk as an agent: it looks bookings up, and lets a guest stay longer once a person has approved it. */
import { defineAgent, type Row } from 'fanfold/agent';
import { z } from 'zod';

interface Booking {
  room: number;
  until: string;
  nightCents: number;
  /** The executions that made it longer. */
  keys: string[];
}

/** Stands for a database. */
const bookings = new Map<number, Booking[]>([[7, [{ room: 12, until: '2026-12-04', nightCents: 8900, keys: [] }]]]);

const rowOf = ({ room, until, nightCents }: Booking): Row => ({ ref: `booking ${room}`, room, until, nightCents });
const ofGuest = (guest: number): Booking[] => bookings.get(guest) ?? [];

export const desk = defineAgent({
  name: 'desk',
  instructions: 'You help guests of a hotel with their bookings.',
  subject: z.object({ guest: z.int().min(1) }),
  tools: ({ read, act }) => ({
    bookings: read({
      description: "The guest's bookings",
      input: z.object({}),
      run: (_input, { subject }) => ofGuest(subject.guest).map(rowOf),
    }),
    extend: act({
      description: 'Lets the guest stay longer; a person approves it',
      input: z.object({ room: z.int(), until: z.iso.date(), cents: z.int() }),
      amount: { field: 'cents', max: 100_000 },
      check({ room }, { subject }) {
        return ofGuest(subject.guest).some((booking) => booking.room === room)
          ? undefined
          : `No booking of room ${room}.`;
      },
      run({ room, until }, { subject, key }) {
        const booking = ofGuest(subject.guest).find((each) => each.room === room && !each.keys.includes(key));
        if (booking) Object.assign(booking, { until, keys: [...booking.keys, key] });
        return ofGuest(subject.guest).map(rowOf);
      },
      verify({ until }, { subject, key }) {
        const made = ofGuest(subject.guest).filter((booking) => booking.keys.includes(key) && booking.until === until);
        return made.map((booking) => ({ ...rowOf(booking), ref: `extension ${booking.room}` }));
      },
    }),
  }),
  policy: { grounding: { actions: { extension: ['extended', 'prolonged', 'verlängert'] } } },
  limits: { turns: 5, reply: '2 days', deadline: '7 days' },
  plan: () => [{ tool: 'bookings', input: {} }],
});
