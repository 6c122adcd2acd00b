/** The bounded wait for cancelled tasks that clean up; only those that listen to a cancel are waited for. */
import type { Host } from './host.ts';
import type { Attempt } from './slots.ts';

export async function grace<I, T>(
  attempts: ReadonlySet<Attempt<I, T>>,
  host: Pick<Host, 'timer' | 'turn'>,
  graceMs: number,
  name: string,
): Promise<void> {
  const cleaning = (): Promise<void>[] => [...attempts].filter(({ slot }) => slot.listens).map(({ done }) => done);
  if (cleaning().length === 0 || graceMs === 0) return;
  await host.turn();
  const open = cleaning();
  if (open.length === 0) return;
  await new Promise<void>((resolve) => {
    const cancel = host.timer(graceMs, `grace of ${name}`, resolve);
    void Promise.all(open).then(() => {
      cancel();
      resolve();
    });
  });
}
