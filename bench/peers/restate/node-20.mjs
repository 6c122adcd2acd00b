/** Imported before Restate's SDK, which needs Node 22 for one function and logs each invocation unless told not to. */
process.env.RESTATE_LOGGING ??= 'ERROR';
Promise.withResolvers ??= function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};
