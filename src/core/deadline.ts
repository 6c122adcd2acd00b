/** A deadline: what lands at its very instant still counts, hence the turn between the timer and the end. */
import type { Host } from './host.ts';

/**
 * Calls `expire` once, after `at` has passed and everything that landed by then is delivered; the answer disarms it.
 *
 * @param at milliseconds since the Unix epoch; one that has passed expires in the next turn
 * @param summary names the timer for people
 */
export function armDeadline(
  host: Pick<Host, 'timer' | 'turn'>,
  at: number,
  summary: string,
  expire: () => void,
): () => void {
  let armed = true;
  const late = (): void => void host.turn().then(() => armed && expire());
  const cancel = host.timer(Math.max(0, at - Date.now()), summary, late);
  return () => {
    armed = false;
    cancel();
  };
}
