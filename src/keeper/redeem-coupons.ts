import type { Charge, Hold } from '../domain/decision.ts';
import type { AccountName, IdempotencyKey } from '../domain/ids.ts';
import type { Cents } from '../domain/money.ts';
import type { AccountSpec } from '../domain/spec.ts';
import type { UpkeepRecord } from '../domain/upkeep.ts';
import { type Coupon, couponProblem, redeemCoupon, validateCoupon } from '../modelslab/coupons.ts';
import type { Caller } from '../modelslab/reading.ts';
import { hold } from '../policy/shared-checks.ts';
import type { KeeperContext } from './context.ts';
import type { UpkeepRun } from './upkeep.ts';

const FUNDS_LOOKED_AT = 200;
const REFUSALS = [400, 404, 410, 422];
/** What validating says of a coupon that is spent is not documented: only these words are taken for it. */
const SPENT = /\balready( been)? (redeemed|used|applied|claimed)\b/i;

/**
 * Coupons of the policy, once per account (seed, "Coupons"): validated, and redeemed where they give credit without a
 * payment. That one is being tried is written down before it is; an answer that was lost is found out by validating
 * again, where the provider says that it is good still, or spent; or a person is told that nobody knows. One that is a
 * bonus on a payment waits for a top-up that is made anyway.
 */
export const redeemCoupons: UpkeepRun = async (context, account, caller) => {
  const troubles: string[] = [];
  for (const code of account.policy.wallet?.coupons ?? []) {
    const known = context.upkeep.read(account.name, taskOf(code));
    const isOver = known !== null && known.result !== 'trying';
    const record = isOver ? known : await tryCoupon(context, account.name, caller, { code, known });
    if (record?.result === 'refused') troubles.push(`coupon ${code}: ${record.detail}`);
  }
  return troubles.length === 0 ? null : troubles.join('; ');
};

/** `null` where the provider did not say. */
async function tryCoupon(
  context: KeeperContext,
  account: AccountName,
  caller: Caller,
  { code, known }: { readonly code: string; readonly known: UpkeepRecord | null },
): Promise<UpkeepRecord | null> {
  const note = async (result: UpkeepRecord['result'], detail: string): Promise<UpkeepRecord> => {
    const record = { digest: code, result, detail, at: context.clock.now() };
    await context.upkeep.write(account, taskOf(code), record);
    if (result !== 'trying') context.log.info('coupon.known', { account, coupon: code, result, detail });
    return record;
  };
  const refuse = async (why: string): Promise<UpkeepRecord> => {
    if (known === null) return await note('refused', why);
    if (SPENT.test(why)) return await note('done', 'redeemed');
    return await note('refused', `${why}; it was tried before, and whether it was redeemed is not known`);
  };
  const found = await validateCoupon(context.client, caller, { couponCode: code });
  if (found.kind === 'failed') {
    const { status, message } = found.failure;
    return status !== null && REFUSALS.includes(status) ? await refuse(message) : null;
  }
  const coupon = found.value;
  if (!coupon.isValid) return await refuse(couponProblem(coupon));
  if (wantsPayment(coupon)) return await note('waits_for_top_up', 'a bonus on the next top-up');
  await note('trying', '');
  const idempotencyKey = couponKey(context, account, code);
  const reply = await redeemCoupon(context.client, caller, { couponCode: code, idempotencyKey });
  if (reply.kind === 'ok') return await note('done', 'redeemed');
  const { status, message } = reply.failure;
  return status !== null && REFUSALS.includes(status) ? await refuse(message) : null;
}

function wantsPayment({ facts }: Coupon): boolean {
  return facts['requires_payment'] === true || facts['type'] === 'bonus';
}

/**
 * The top-up with the bonus coupon that waits for one, where the provider says at this moment that it is worth
 * something on this amount (seed, best practice 5). What was tried in the journal is not tried again, unless the card
 * was what failed: then the card behind it carries the coupon.
 */
export async function withCoupon(
  context: KeeperContext,
  account: AccountSpec,
  caller: Caller,
  decision: Charge,
): Promise<Charge> {
  const { action, amountCents } = decision;
  const codes = account.policy.wallet?.coupons ?? [];
  if (action.kind !== 'fund' || action.coupon !== null || codes.length === 0) return decision;
  const waiting = codes.filter(
    (code) => context.upkeep.read(account.name, taskOf(code))?.result === 'waits_for_top_up',
  );
  if (waiting.length === 0) return decision;
  const funds = await context.journal.intents({
    account: account.name,
    kinds: ['fund'],
    limit: FUNDS_LOOKED_AT,
  });
  const tried = funds
    .filter(({ endpoint, state }) => endpoint === 'redeemCoupon' && state.kind !== 'released')
    .map((intent) => intent.body);
  for (const couponCode of waiting) {
    if (tried.some((body) => body.includes(JSON.stringify(couponCode)))) continue;
    const found = await validateCoupon(context.client, caller, { couponCode, purchaseCents: amountCents });
    if (found.kind === 'ok' && found.value.isValid) {
      const sentence = `${decision.sentence} and coupon ${couponCode}`;
      return { ...decision, sentence, action: { ...action, coupon: couponCode } };
    }
  }
  return decision;
}

/** Why a top-up by hand cannot carry its coupon; `null` where it can, or has none. */
export async function couponHold(
  context: KeeperContext,
  caller: Caller,
  order: { readonly amountCents: Cents; readonly coupon: string | null },
): Promise<Hold | null> {
  const { coupon: couponCode, amountCents: purchaseCents } = order;
  if (couponCode === null) return null;
  const found = await validateCoupon(context.client, caller, { couponCode, purchaseCents });
  if (found.kind === 'failed' && found.failure.status === null)
    return hold('provider_unreachable', `coupon ${couponCode} could not be validated`);
  const refuse = (why: string, requestId: string | null): Hold =>
    hold(
      'not_possible',
      `coupon ${couponCode}: ${why}${requestId === null ? '' : ` (request id ${requestId})`}`,
    );
  if (found.kind === 'failed') return refuse(found.failure.message, found.failure.requestId);
  if (!found.value.isValid) return refuse(couponProblem(found.value), found.requestId);
  if (wantsPayment(found.value)) return null;
  return refuse('it needs no payment; redeem it by itself', null);
}

function taskOf(code: string): string {
  return `coupon/${code}`;
}

/** The same coupon for the same account is one redemption, after every loss of state. */
function couponKey(context: KeeperContext, account: AccountName, code: string): IdempotencyKey {
  const digest = context.sha256Hex(JSON.stringify(['coupon', account, code]));
  return `purser-1-${digest.slice(0, 40)}` as IdempotencyKey; // not a charge: `charge/key.ts` makes those
}
