import { z } from 'zod';
import type { EpochMs } from '../domain/time.ts';
import type { PatchPlan, Patient } from './control-patch.ts';
import type { Account } from './provider/account.ts';
import { type Card, passesLuhn, testCard } from './provider/cards.ts';
import { openCard } from './provider/open-world.ts';
import { fingerprintOf, newId } from './provider/random.ts';
import { cardFingerprint } from './provider/tokenise.ts';
import type { World } from './provider/world.ts';

const CARD_SCHEMA = z.strictObject({
  id: z
    .string()
    .regex(/^pm_[A-Za-z0-9_]{1,250}$/, { error: 'expected a card id (pm_…)' })
    .optional(),
  /** One of Stripe's test numbers. */
  number: z.string().optional(),
  brand: z
    .string()
    .regex(/^[a-z]{2,20}$/, { error: 'expected a brand like "visa"' })
    .optional(),
  last4: z
    .string()
    .regex(/^\d{4}$/, { error: 'expected four digits' })
    .optional(),
  behaviour: z
    .string()
    .regex(/^[a-z][a-z0-9_]{2,50}$/, { error: 'expected "succeed", "requires_action" or a decline code' })
    .optional(),
  fingerprint: z.string().min(1).max(64).optional(),
  exp_month: z.int().min(1).max(12).optional(),
  exp_year: z.int().min(2_000).max(2_100).optional(),
  default: z.boolean().optional(),
});

type CardInput = z.output<typeof CARD_SCHEMA>;

export const CARDS_SCHEMA = z.array(CARD_SCHEMA, { error: 'expected a list of cards' }).max(50);

/**
 * A list in which every entry names the `id` of a card that is there adjusts those cards and leaves the others. Any
 * other list replaces all cards; an entry with a known `id` then keeps that card.
 */
export function planCards(patient: Patient, inputs: readonly CardInput[]): PatchPlan {
  const { world, account, now } = patient;
  const known = (input: CardInput): Card | null => account.cards.find((card) => card.id === input.id) ?? null;
  for (const [index, input] of inputs.entries()) {
    const fault = faultOf(input, known(input));
    if (fault !== null) return { kind: 'refused', sentence: `cards[${index}]: ${fault}` };
  }
  const ids = inputs.flatMap((input) => input.id ?? []);
  if (new Set(ids).size < ids.length)
    return { kind: 'refused', sentence: 'cards: the same id stands there twice' };
  if (inputs.filter((input) => input.default === true).length > 1) {
    return { kind: 'refused', sentence: 'cards: only one can be the default' };
  }
  const onlyAdjusts = inputs.length > 0 && inputs.every((input) => known(input) !== null);
  const change = (): void => {
    const cards = inputs.map((input) => makeCard(world, { input, known: known(input), now }));
    const chosen = cards[inputs.findIndex((input) => input.default === true)];
    account.cards = onlyAdjusts
      ? account.cards.map((card) => cards.find((changed) => changed.id === card.id) ?? card)
      : cards;
    chooseDefault(account, chosen);
  };
  return { kind: 'changes', changes: [change] };
}

function chooseDefault(account: Account, chosen: Card | undefined): void {
  if (chosen !== undefined) account.defaultCard = chosen.id;
  else if (!account.cards.some((card) => card.id === account.defaultCard)) {
    account.defaultCard = account.cards[0]?.id ?? null;
  }
}

function faultOf(input: CardInput, known: Card | null): string | null {
  if (known !== null)
    return input.number === undefined ? null : 'the number of a card cannot be changed; leave out id';
  if (input.number !== undefined) {
    if (!passesLuhn(input.number)) return 'number: not a card number; use one of Stripe’s test numbers';
    return testCard(input.number) === null
      ? 'number: not one of Stripe’s test numbers, like 4242424242424242'
      : null;
  }
  if (input.brand !== undefined && input.last4 !== undefined) return null;
  if (input.id !== undefined)
    return `this account has no card ${input.id}; GET it for the ids, or add brand and last4`;
  return 'needs number, or brand and last4, or the id of a card that is there';
}

function makeCard(
  world: World,
  from: { readonly input: CardInput; readonly known: Card | null; readonly now: EpochMs },
): Card {
  const { input, known } = from;
  const base = known ?? newCard(world, input, from.now);
  return {
    ...base,
    brand: input.brand ?? base.brand,
    last4: input.last4 ?? base.last4,
    behaviour: input.behaviour ?? base.behaviour,
    fingerprint: input.fingerprint ?? base.fingerprint,
    expMonth: input.exp_month ?? base.expMonth,
    expYear: input.exp_year ?? base.expYear,
  };
}

function newCard(world: World, input: CardInput, now: EpochMs): Card {
  const id = input.id ?? newId(world, 'pm');
  const { number } = input;
  const known = number === undefined ? null : testCard(number);
  if (number === undefined || known === null) {
    const fingerprint = fingerprintOf(`${world.seed} card ${id}`).slice(0, 16);
    return openCard({ id, brand: 'visa', last4: '4242', behaviour: 'succeed', fingerprint }, now);
  }
  const fingerprint = cardFingerprint(number, world.seed);
  const seed = { id, brand: known.brand, last4: number.slice(-4), behaviour: known.behaviour, fingerprint };
  return { ...openCard(seed, now), trustsSetup: known.trustsSetup };
}
