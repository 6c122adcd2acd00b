/** The time in which this process ran: while it, or its machine, is stopped, clocks go on and none of its work does. */

const stepMs = 50;
/** A step that comes later than this was not only late. */
const longestStepMs = 2 * stepMs;

export interface AwakeTime {
  /** Since it began. */
  milliseconds(): number;
  stop(): void;
}

/** @param each called at each step */
export function awakeTime(each: (milliseconds: number) => void): AwakeTime {
  let awake = 0;
  let at = performance.now();
  const milliseconds = (): number => {
    const now = performance.now();
    awake += Math.min(now - at, longestStepMs);
    at = now;
    return awake;
  };
  const timer = setInterval(() => each(milliseconds()), stepMs);
  return { milliseconds, stop: () => clearInterval(timer) };
}
