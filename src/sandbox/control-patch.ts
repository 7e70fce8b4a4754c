import { z } from 'zod';
import { type MicroUsd, microUsdFromJson } from '../domain/money.ts';
import type { EpochMs } from '../domain/time.ts';
import { CARDS_SCHEMA, planCards } from './control-cards.ts';
import { planPeople } from './control-people.ts';
import { sentenceOf } from './control-sentence.ts';
import { planSubscription, SUBSCRIPTION_SCHEMA } from './control-subscription.ts';
import type { Account } from './provider/account.ts';
import { setBalance } from './provider/ledger.ts';
import type { World } from './provider/world.ts';

/** What a patch works on. */
export type Patient = { readonly world: World; readonly account: Account; readonly now: EpochMs };

/** A patch that can be done as a whole, or the sentence why nothing of it is. */
export type PatchPlan =
  | { readonly kind: 'changes'; readonly changes: readonly (() => void)[] }
  | { readonly kind: 'refused'; readonly sentence: string };

const dollars = z
  .number({ error: 'expected US dollars as a number' })
  .min(0, { error: 'must be 0 or more' })
  .max(100_000_000, { error: 'must be at most 100000000' })
  .transform((value, context): MicroUsd => {
    const micro = microUsdFromJson(value);
    if (micro !== null) return micro;
    context.addIssue('is not a decimal number');
    return z.NEVER;
  });

const idOrTrue = (what: string) =>
  z.union([z.literal(true), z.string()], { error: `expected ${what}, or true` });

export const PATCH_SCHEMA = z
  .strictObject({
    balance: dollars,
    burn: dollars,
    cards: CARDS_SCHEMA,
    subscription: SUBSCRIPTION_SCHEMA,
    reseller: z.boolean({ error: 'expected true or false' }),
    pay_link: idOrTrue('a session id (cs_…)'),
    pay_link_late: z.string({ error: 'expected a session id (cs_…)' }),
    complete_3ds: idOrTrue('a payment intent id (pi_… or seti_…)'),
    fail_3ds: idOrTrue('a payment intent id (pi_… or seti_…)'),
    password: z.string({ error: 'expected the new password' }).min(1).max(200),
    expire_token: z.literal(true, { error: 'expected true' }),
    refund: z.string({ error: 'expected a payment intent id (pi_…)' }),
  })
  .partial();

export type Patch = z.output<typeof PATCH_SCHEMA>;

/** Checks all of a patch against the world first; the changes are made only when every one is possible. */
export function planPatch(patient: Patient, body: unknown): PatchPlan {
  const parsed = PATCH_SCHEMA.safeParse(body);
  if (!parsed.success) {
    const about = { what: 'field', known: Object.keys(PATCH_SCHEMA.shape) };
    return { kind: 'refused', sentence: sentenceOf(parsed.error, about) };
  }
  const patch = parsed.data;
  const plans = [
    planWallet(patient, patch),
    patch.cards === undefined ? NOTHING : planCards(patient, patch.cards),
    patch.subscription === undefined ? NOTHING : planSubscription(patient, patch.subscription),
    planPeople(patient, patch),
  ];
  const changes: (() => void)[] = [];
  for (const plan of plans) {
    if (plan.kind === 'refused') return plan;
    changes.push(...plan.changes);
  }
  return { kind: 'changes', changes };
}

const NOTHING: PatchPlan = { kind: 'changes', changes: [] };

function planWallet(patient: Patient, patch: Patch): PatchPlan {
  const { world, account, now } = patient;
  const { balance, burn, reseller } = patch;
  const changes: (() => void)[] = [];
  if (balance !== undefined) changes.push(() => setBalance(world, account, balance, now));
  if (burn !== undefined) {
    changes.push(() => {
      account.burnMicroUsdPerHour = burn;
    });
  }
  if (reseller !== undefined) {
    changes.push(() => {
      account.isReseller = reseller;
    });
  }
  const { password } = patch;
  if (password !== undefined) {
    changes.push(() => {
      account.password = password;
    });
  }
  if (patch.expire_token === true) changes.push(() => expireTokens(world, account, now));
  return { kind: 'changes', changes };
}

function expireTokens(world: World, account: Account, now: EpochMs): void {
  for (const text of account.tokens) {
    const token = world.tokens[text];
    if (token !== undefined) token.expiresAt = now;
  }
}
