/** The steps of an agent's run that are activities, by their names in its worker. */
export const stepNames = [
  'classifyRequest',
  'nextTurn',
  'readClaims',
  'lookUp',
  'checkAction',
  'executeAction',
  'verifyAction',
] as const;
