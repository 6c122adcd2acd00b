export declare const rows: Readonly<Record<string, { readonly ref: string }>>;
export declare const answers: readonly { readonly language: string; readonly text: string; readonly isTrue: boolean }[];
