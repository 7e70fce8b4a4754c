/** How many inputs a fuzzed fact is tried on: so many in every run of the tests, `FUZZ` times as many in `npm run fuzz`. */
export function fuzzRuns(count: number): { readonly numRuns: number } {
  return { numRuns: count * Number(process.env['FUZZ'] ?? 1) };
}
