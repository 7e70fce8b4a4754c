import { type CreditId, type PaymentIntentId, parseProviderId } from '../../src/domain/ids.ts';
import { cents, microFromCents } from '../../src/domain/money.ts';
import type { LedgerCredit, LedgerLook } from '../../src/domain/observation.ts';
import { addMs, type EpochMs, epochMs, HOUR_MS } from '../../src/domain/time.ts';

/** Monday 23 November 2026, 15:00:00 UTC. */
export const NOW: EpochMs = epochMs(Date.UTC(2026, 10, 23, 15));

/** An instant before (or, negative, after) `NOW`. */
export function ago(durationMs: number): EpochMs {
  return addMs(NOW, -durationMs);
}

export function paymentIntent(text: string): PaymentIntentId {
  return parseProviderId<PaymentIntentId>(text) as PaymentIntentId; // a literal with that pattern
}

function creditId(text: string): CreditId {
  return parseProviderId<CreditId>(text) as CreditId; // a literal with that pattern
}

/** A successful $50 wallet funding of an hour ago, paid by card. */
export function aCredit(
  id: string,
  changes: Partial<Omit<LedgerCredit, 'id' | 'amountCents' | 'paymentIntentId'>> & {
    amountCents?: number;
    paymentIntentId?: string | null;
  } = {},
): LedgerCredit {
  const { amountCents = 5_000, paymentIntentId = null, ...rest } = changes;
  return {
    id: creditId(id),
    amountCents: cents(amountCents),
    createdAt: ago(HOUR_MS),
    isSuccessful: true,
    isReversed: false,
    source: 'stripe',
    usecase: 'wallet_funding',
    paymentIntentId: paymentIntentId === null ? null : paymentIntent(paymentIntentId),
    ...rest,
  };
}

/** A complete look, taken now, at a wallet of $5. */
export function aLook(
  credits: readonly LedgerCredit[],
  changes: Partial<Omit<LedgerLook, 'credits' | 'balanceMicroUsd'>> & { balanceCents?: number } = {},
): LedgerLook {
  const { balanceCents = 500, ...rest } = changes;
  const balanceMicroUsd = microFromCents(cents(balanceCents));
  return { at: NOW, balanceMicroUsd, totals: null, credits, isComplete: true, ...rest };
}
