/** The middle value: one round that the machine disturbed does not move it. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** What each contestant did, round by round. */
export type Rounds<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** Runs the contestants in turn, round by round, every other round in reverse, so that none has the warmer machine. */
export async function interleave<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Rounds<Name>> {
  const names = Object.keys(contestants) as Name[]; // the keys of this very record
  const results = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) results.get(name)?.push(await contestants[name]());
  }
  return Object.fromEntries(results) as Record<Name, number[]>; // one entry for each name
}

/** The median of the ratios within each round: a disk that is slow for a second is slow for both. */
export function medianRatio(values: readonly number[], against: readonly number[]): number {
  return median(values.map((value, round) => value / (against[round] ?? Number.NaN)));
}

/** How often per second `work` gets done when it is done `count` times. */
export async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - startMs);
}
