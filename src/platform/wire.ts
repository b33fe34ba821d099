/** Everything that crosses between the edge and a vault is plain JSON. */
export type Wire = null | boolean | number | string | readonly Wire[] | { readonly [key: string]: Wire | undefined };

export type WireObject = { readonly [key: string]: Wire | undefined };
