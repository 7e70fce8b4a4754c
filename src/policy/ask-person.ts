import type { Act, Decision } from '../domain/decision.ts';
import type { ChargeHistory } from '../domain/history.ts';
import { type Cents, formatCents } from '../domain/money.ts';
import { addMs, type EpochMs, HOUR_MS } from '../domain/time.ts';
import { asksPerson, climbLadder } from './ladder.ts';
import { capHold, hold, unseenPayment } from './shared-checks.ts';
import { shortfall } from './shortfall.ts';
import type { WalletCase } from './wallet-checks.ts';

const LINK_PATIENCE_MS = 2 * HOUR_MS;

/**
 * The `human` step of the ladder: where no card can pay, a person gets a payment link; one at a time, so many a day.
 * It stands before pacing and cooldown, which are there for cards.
 */
export function askPerson(one: WalletCase): Decision | null {
  const { spec, look, cards, history, linkHistory, standing, now } = one;
  const needsCards = spec.payWith.some(({ kind }) => kind !== 'human');
  if (!asksPerson(spec.payWith) || look === null || (cards === null && needsCards)) return null;
  if (history === null || linkHistory === null) return null;
  const waiting = standing.open.find((work) => work.kind === 'fund');
  const rung =
    waiting === undefined
      ? climbLadder(spec.payWith, cards ?? [], history.cards, now)
      : ({ kind: 'human', sentence: waiting.sentence } as const);
  if (rung.kind !== 'human') return null;
  const { amountCents, capped, low } = shortfall(one, { look, history });
  const open = standing.open.find((work) => work.kind === 'fund_link') ?? null;
  if (capped !== null && open === null) return capped;
  return byLink({
    what: `${low}; ${rung.sentence}`,
    amountCents,
    open,
    history: linkHistory,
    perDay: spec.linksPerDay,
    now,
    charge: (sentence) => ({
      kind: 'charge',
      reason: 'below_minimum',
      sentence,
      amountCents,
      action: { kind: 'fund_link' },
    }),
  });
}

/** One link per need, journalled like a charge; what it asks for fits the caps, for it may be paid any moment. */
export function byLink(need: {
  readonly what: string;
  readonly amountCents: Cents;
  readonly open: { readonly sentence: string } | null;
  readonly history: ChargeHistory;
  readonly perDay: number;
  readonly now: EpochMs;
  readonly charge: (sentence: string) => Decision;
}): Decision {
  const { what, amountCents, open, history, perDay, now } = need;
  const person = (reason: Act['reason'], sentence: string): Act => ({
    kind: 'needs_human',
    reason,
    sentence,
    amountCents,
  });
  if (open !== null) return person('link_open', `${what}; ${open.sentence}`);
  const last = unseenPayment(history);
  if (last !== null && now - last.at < LINK_PATIENCE_MS) {
    const sentence = 'a payment link was paid, but the provider does not show it yet';
    return hold('anchor_not_moved', sentence, addMs(last.at, LINK_PATIENCE_MS));
  }
  if (last !== null) {
    const sentence = 'a payment link was paid, and the provider has not shown it for hours';
    return { kind: 'freeze', reason: 'anchor_not_moved', sentence };
  }
  if (history.armedLastDay >= perDay) {
    const count = `${history.armedLastDay} payment link${history.armedLastDay === 1 ? ' was' : 's were'}`;
    return person('links_used_up', `${what}; ${count} made in the last 24 h and not paid`);
  }
  const capped = capHold(history, amountCents, what);
  return capped ?? need.charge(`${what}: ask a person to pay ${formatCents(amountCents)}`);
}
