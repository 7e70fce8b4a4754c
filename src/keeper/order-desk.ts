import type { Ensured, EnsureOrder, HandAnswer, HandOrder } from '../domain/hand-order.ts';
import type { IntentId } from '../domain/ids.ts';
import { cents, type MicroUsd, microFromCents } from '../domain/money.ts';

/** An order that waits for its answer. */
export type PlacedOrder = {
  readonly order: HandOrder;
  /**
   * What is armed for it: bound before the arming, for an order whose charge is not known is carried out again. Of an
   * `ensure`, the charge that is to bring the whole balance.
   */
  intent: IntentId | null;
  /** Why it is not done yet, for whoever has no more time. */
  waitingFor: Pick<HandAnswer, 'reason' | 'sentence' | 'requestId'> | null;
  /** False once it was answered, or whoever asked has gone: then nothing may be armed for it any more. */
  readonly isStanding: () => boolean;
  readonly answer: (answer: HandAnswer) => void;
};

type PlacedEnsure = PlacedOrder & { readonly order: EnsureOrder };

/** What people asked of one account and wait for. In memory: whoever asked is told, or has gone. */
export class OrderDesk {
  readonly #placed = new Set<PlacedOrder>();

  /** Puts an order on the desk; `withdraw` takes it back and says how far it got. */
  place(order: HandOrder): { readonly answered: Promise<HandAnswer>; readonly withdraw: () => void } {
    const { promise, resolve } = Promise.withResolvers<HandAnswer>();
    const placed: PlacedOrder = {
      order,
      intent: null,
      waitingFor: null,
      isStanding: () => this.#placed.has(placed),
      answer: (answer) => {
        if (this.#placed.delete(placed)) resolve(answer);
      },
    };
    this.#placed.add(placed);
    return { answered: promise, withdraw: () => placed.answer(notDone(placed)) };
  }

  get isEmpty(): boolean {
    return this.#placed.size === 0;
  }

  /** Those that ask for a balance; any number of them want no more than the largest. */
  ensures(): readonly PlacedEnsure[] {
    return [...this.#placed].filter(isEnsure);
  }

  ensured(): Ensured | null {
    if (this.isEmpty) return null;
    const ensures = this.ensures();
    if (ensures.length === 0) return null;
    const floors = ensures.map(({ order, intent }) =>
      intent === null ? order.targetCents : order.neededCents,
    );
    return {
      floorCents: cents(Math.max(...floors)),
      targetCents: cents(Math.max(...ensures.map(({ order }) => order.targetCents))),
    };
  }

  /** Whether as much is asked for as then. */
  asksStill(then: Ensured): boolean {
    const now = this.ensured();
    return now !== null && now.floorCents >= then.floorCents && now.targetCents >= then.targetCents;
  }

  /** A charge is armed that brings the balance to so much: those who asked for no more have theirs. */
  bindEnsures(intent: IntentId, reachesMicroUsd: MicroUsd): void {
    for (const placed of this.ensures())
      if (microFromCents(placed.order.targetCents) <= reachesMicroUsd) placed.intent ??= intent;
  }

  /** It was not armed after all. */
  free(intent: IntentId): void {
    for (const placed of this.#placed) if (placed.intent === intent) placed.intent = null;
  }

  /** The other orders, in the order in which they were placed; one at a time is worked on. */
  others(): readonly PlacedOrder[] {
    return [...this.#placed].filter(({ order }) => order.kind !== 'ensure');
  }

  /** The account could not be seen. */
  waitFor(why: PlacedOrder['waitingFor']): void {
    for (const placed of this.#placed) placed.waitingFor = why;
  }

  /** Nothing more is done for them; what was armed goes on by itself. */
  endAll(why: PlacedOrder['waitingFor']): void {
    this.waitFor(why);
    for (const placed of this.#placed) placed.answer(notDone(placed));
  }

  refuseAll(answer: HandAnswer): void {
    for (const placed of this.#placed) {
      if (placed.intent === null) placed.answer(answer);
    }
  }
}

function isEnsure(placed: PlacedOrder): placed is PlacedEnsure {
  return placed.order.kind === 'ensure';
}

export function refused(reason: string, sentence: string, until: HandAnswer['until'] = null): HandAnswer {
  return { outcome: 'refused', reason, sentence, intent: null, requestId: null, until, link: null };
}

function notDone({ intent, waitingFor }: PlacedOrder): HandAnswer {
  const why = waitingFor ?? { reason: 'timeout', sentence: 'no pass had time for it yet', requestId: null };
  if (intent === null) return { ...refused(why.reason, why.sentence), requestId: why.requestId };
  return { outcome: 'open', ...why, intent, until: null, link: null };
}
