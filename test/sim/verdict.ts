export type Violation = {
  readonly invariant: string;
  readonly account: string;
  readonly atMs: number;
  readonly sentence: string;
};

/** The limit of charging.md: nobody could have known. Counted apart. */
export type HonestLimit = Omit<Violation, 'invariant'> & { readonly why: string };
