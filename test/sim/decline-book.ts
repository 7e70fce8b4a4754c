import { declineClass } from '../../src/contract/declines.ts';
import type { World } from '../../src/sandbox/provider/world.ts';
import type { WireCall } from './wire-call.ts';

type Decline = {
  readonly face: string;
  readonly atMs: number;
  readonly key: string;
  /** Since when each database knows of it. */
  readonly knownBy: Map<string, number>;
  /** The databases that were told that the bank will never pay by this card. */
  readonly deadTo: Set<string>;
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
  /** Told, and not in the database yet, by lineage. */
  readonly #heard = new Map<string, Decline[]>();

  /** The ceilings that this decline passes; `isKnown` where its asker had been told of enough others when it asked. */
  add(decline: {
    readonly face: string;
    readonly atMs: number;
    readonly key: string;
    readonly lineage: string;
    readonly askedAtMs: number;
  }): readonly { readonly sentence: string; readonly isKnown: boolean }[] {
    const { face, atMs, key, lineage, askedAtMs } = decline;
    this.#declines.push({ face, atMs, key, knownBy: new Map(), deadTo: new Set() });
    return CEILINGS.flatMap(({ windowMs, max }) => {
      const recent = this.#declines.filter((one) => one.face === face && one.atMs > atMs - windowMs);
      if (recent.length <= max) return [];
      const known = recent.filter(
        (one) => (one.knownBy.get(lineage) ?? Number.POSITIVE_INFINITY) <= askedAtMs,
      );
      const sentence = `${recent.length} declines of one card within ${windowMs / 3_600_000} h`;
      return [{ sentence, isKnown: known.length >= max }];
    });
  }

  /** Whether that database was told that the bank will never pay by that card. */
  isDeadTo(lineage: string, face: string | undefined): boolean {
    return this.#declines.some((one) => one.face === face && one.deadTo.has(lineage));
  }

  /** An answer tells of one decline, however often the key was declined. */
  told(
    key: string,
    lineage: string,
    { atMs, bodyText }: { readonly atMs: number; readonly bodyText: string },
  ): void {
    const told = this.#declines.findLast((one) => one.key === key && !one.knownBy.has(lineage));
    if (told === undefined) return;
    told.knownBy.set(lineage, atMs);
    const [, code = ''] = /"decline_code":"(\w+)"/.exec(bodyText) ?? [];
    if (declineClass(code) === 'never') told.deadTo.add(lineage);
    this.#heard.set(lineage, [...(this.#heard.get(lineage) ?? []), told]);
  }

  committed(lineage: string): void {
    this.#heard.delete(lineage);
  }

  /** What was heard since the last commit is gone. */
  crashed(lineage: string): void {
    for (const { knownBy, deadTo } of this.#heard.get(lineage) ?? []) {
      knownBy.delete(lineage);
      deadTo.delete(lineage);
    }
    this.#heard.delete(lineage);
  }
}

/** Of the card that a money call names, or else of the account's default. */
export function faceOf(world: World, { account, body }: WireCall): string | undefined {
  const { cards = [], defaultCard = null } = world.accounts[account] ?? {};
  const isNamed = typeof body === 'object' && body !== null && 'payment_method_id' in body;
  const named = isNamed ? body.payment_method_id : defaultCard;
  return cards.find((card) => card.id === named)?.fingerprint;
}
