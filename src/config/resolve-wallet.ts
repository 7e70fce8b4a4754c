import { type PaymentMethodId, parseProviderId } from '../domain/ids.ts';
import { type Cents, cents, formatCents } from '../domain/money.ts';
import type { PaymentStep, TopUpSpec, WalletSpec } from '../domain/spec.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Problems } from './config-problem.ts';
import { parseKeys } from './parse-spot.ts';
import { readAmount } from './read-amount.ts';
import { readDuration } from './read-duration.ts';
import { resolveAutoFunding } from './resolve-auto-funding.ts';
import { resolveTopUp } from './resolve-top-up.ts';
import { type Spot, spotAt } from './spot.ts';
import { walletSchema } from './wallet-schema.ts';

const COOLDOWN_MAX_MS = 7 * DAY_MS;
const SWEEP_ROOM_CENTS = 1_000;

/** `policies.NAME.wallet`, or `null` after reporting. */
export function resolveWallet(spot: Spot, problems: Problems): WalletSpec | null {
  const wallet = parseKeys(walletSchema, spot, problems);
  if (wallet === null) return null;
  const minBalanceCents = readAmount(spot, 'min_balance', problems);
  const topUp = resolveTopUp(spotAt(spot, 'top_up'), minBalanceCents, problems);
  const range = { spot: spotAt(spot, 'cooldown'), minMs: 0, maxMs: COOLDOWN_MAX_MS };
  const cooldownMs = readDuration(wallet.cooldown, range, problems);
  const payWith = resolveLadder(wallet.pay_with ?? [], spotAt(spot, 'pay_with'), problems);
  if (minBalanceCents === null || topUp === null || cooldownMs === null || payWith === null) return null;
  const autoFunding = resolveAutoFunding(spotAt(spot, 'auto_funding'), minBalanceCents, problems);
  if (autoFunding === null) return null;
  const maxBalanceCents = resolveMaxBalance(spot, { minBalanceCents, topUp, autoFunding }, problems);
  const { foreign_credits: foreignCredits = 'alert', links_per_day: linksPerDay = 2, coupons = [] } = wallet;
  return {
    minBalanceCents,
    topUp,
    cooldownMs,
    payWith,
    foreignCredits,
    linksPerDay,
    autoFunding,
    maxBalanceCents,
    coupons: [...new Set(coupons)],
  };
}

/** What a top-up or the provider's own recharge brings must never be swept out again: that would only wear the card. */
function resolveMaxBalance(
  spot: Spot,
  { minBalanceCents, topUp, autoFunding }: Pick<WalletSpec, 'minBalanceCents' | 'topUp' | 'autoFunding'>,
  problems: Problems,
): Cents | null {
  if (spotAt(spot, 'max_balance').node === null) return null;
  const maxBalanceCents = readAmount(spot, 'max_balance', problems);
  if (maxBalanceCents === null) return null;
  const topped = topUp.kind === 'to' ? topUp.targetCents : minBalanceCents + addedBy(topUp);
  const recharged = autoFunding.kind === 'set' ? autoFunding.thresholdCents + autoFunding.amountCents : 0;
  const leastCents = cents(Math.max(topped, recharged) + SWEEP_ROOM_CENTS);
  if (maxBalanceCents < leastCents) {
    const message = `max_balance ${formatCents(maxBalanceCents)} would withdraw what a top-up or recharge brings`;
    problems.error(spotAt(spot, 'max_balance'), message, `write at least ${formatCents(leastCents)}`);
  }
  return maxBalanceCents;
}

/** Of a runway the least is known; the policy never withdraws within a day of a charge anyway. */
function addedBy(topUp: Exclude<TopUpSpec, { kind: 'to' }>): Cents {
  return topUp.kind === 'amount' ? topUp.amountCents : topUp.minimumCents;
}

/** `pay_with`, or `null` after reporting. */
export function resolveLadder(
  words: readonly string[],
  spot: Spot,
  problems: Problems,
): PaymentStep[] | null {
  const steps: PaymentStep[] = [];
  for (const [index, word] of words.entries()) {
    const here = spotAt(spot, index);
    if (words.indexOf(word) !== index)
      problems.error(here, `"${word}" stands twice in the ladder`, 'keep one of them');
    if (words[index - 1] === 'human')
      problems.error(here, 'steps after human are never reached', 'put human last');
    const step = paymentStep(word);
    if (step !== null) steps.push(step);
  }
  return steps.length === words.length ? steps : null;
}

function paymentStep(word: string): PaymentStep | null {
  if (word === 'default' || word === 'others' || word === 'human') return { kind: word };
  const id = parseProviderId<PaymentMethodId>(word);
  return id === null ? null : { kind: 'card', id };
}
