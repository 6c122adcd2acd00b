/** Where a run's tenant is noted. */

/** Under which a run's memo has its tenant: a memo is the server's to answer, and no worker is asked. */
export const tenantMemo = 'fanfold.tenant';
