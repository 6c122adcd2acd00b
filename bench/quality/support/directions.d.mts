type Texts = readonly string[];
export const directions: Readonly<Record<string, readonly [claims: Texts, truths: Texts]>>;
