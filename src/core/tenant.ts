/**
 * Whose a run is, and where that is noted: in its memo for whoever asks the server, and in its fairness key, which its
 * activities and children have from it.
 */

/** Under which a run's memo has its tenant: a memo is the server's to answer, and no worker is asked. */
export const tenantMemo = 'fanfold.tenant';

/** With which the fairness key of a run begins that is nobody's, and no tenant's name does. */
export const ownKey = 'run:';

/** @returns undefined where the run is nobody's in particular */
export function tenantOfKey(fairnessKey: string | undefined): string | undefined {
  return fairnessKey === undefined || fairnessKey === '' || fairnessKey.startsWith(ownKey) ? undefined : fairnessKey;
}
