import type { en } from './en';

type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof T]: Widened<T[K]> };

/** Every text of the console, in one language. English is the catalogue that the others follow. */
export type Texts = Widened<typeof en>;
