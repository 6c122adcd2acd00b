/**
 * Attempts that cost nothing. Temporal counts every attempt, also one that was only refused for lack of room, so a task
 * under a limit may have so many more than it was given; who runs it takes them off again.
 */
export const freeAttempts = 1_000_000;
