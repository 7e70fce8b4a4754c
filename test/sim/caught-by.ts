/** The seed that saw each mutant, with the three days of `npm run sim:mutants`. */
export const CAUGHT_BY: ReadonlyMap<string, number> = new Map([['the key is made of the clock', 14]]);
