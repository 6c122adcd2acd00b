type Texts = readonly string[];
export const states: Readonly<Record<string, readonly [claims: Texts, truths: Texts]>>;
export const fresh: { readonly claims: Texts; readonly truths: Texts };
