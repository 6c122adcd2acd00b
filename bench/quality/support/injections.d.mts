export declare const injections: readonly { readonly name: string; readonly text: string }[];
export declare const harmless: readonly string[];
export const unseen: Readonly<Record<string, string>>;
export const leaks: readonly string[];
