type Texts = readonly string[];
export const heldOut: Readonly<Record<string, readonly [claims: Texts, truths: Texts]>>;
export const harder: { readonly claims: Texts; readonly truths: Texts };
