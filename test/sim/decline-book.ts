type Decline = {
  readonly face: string;
  readonly atMs: number;
  readonly key: string;
  readonly knownBy: Set<string>;
};

const DAY_MS = 86_400_000;
/** What card networks fine: declines per card, whoever asks. */
const CEILINGS = [
  { windowMs: DAY_MS, max: 2 },
  { windowMs: 30 * DAY_MS, max: 5 },
];

/** I8: declines by the face of the card, over all accounts that share it, and who was told of each. */
export class DeclineBook {
  readonly #declines: Decline[] = [];

  /** The ceilings that this decline passes; `isKnown` where its asker had been told of enough others. */
  add(decline: {
    readonly face: string;
    readonly atMs: number;
    readonly key: string;
    readonly lineage: string;
  }): readonly { readonly sentence: string; readonly isKnown: boolean }[] {
    const { face, atMs, key, lineage } = decline;
    this.#declines.push({ face, atMs, key, knownBy: new Set() });
    return CEILINGS.flatMap(({ windowMs, max }) => {
      const recent = this.#declines.filter((one) => one.face === face && one.atMs > atMs - windowMs);
      if (recent.length <= max) return [];
      const sentence = `${recent.length} declines of one card within ${windowMs / 3_600_000} h`;
      return [{ sentence, isKnown: recent.filter((one) => one.knownBy.has(lineage)).length >= max }];
    });
  }

  /** An answer tells of one decline, however often the key was declined. */
  told(key: string, lineage: string): void {
    this.#declines.findLast((one) => one.key === key && !one.knownBy.has(lineage))?.knownBy.add(lineage);
  }
}
