/** The bounded wait for cancelled tasks that clean up; only those that listen to a cancel are waited for. */
import type { Host } from './host.ts';
import type { Plan } from './options.ts';
import type { Attempt } from './slots.ts';

export async function grace<I, T>(
  attempts: ReadonlySet<Attempt<I, T>>,
  host: Pick<Host, 'timer' | 'turn'>,
  { graceMs, name = 'fan-out' }: Pick<Plan, 'graceMs' | 'name'>,
): Promise<void> {
  const cleaning = (): Attempt<I, T>[] => [...attempts].filter(({ slot }) => slot.listens);
  if (cleaning().length === 0 || graceMs === 0) return;
  await host.turn();
  const open = new Set(cleaning());
  if (open.size === 0) return;
  await new Promise<void>((resolve) => {
    const cancel = host.timer(graceMs, `grace of ${name}`, resolve);
    const left = (attempt: Attempt<I, T>): void => {
      if (!open.delete(attempt) || open.size > 0) return;
      cancel();
      resolve();
    };
    for (const attempt of open) attempt.leave = () => left(attempt);
  });
}
