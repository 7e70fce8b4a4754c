import { cardExpiring, defaultCardChanged } from '../alerts/card-facts.ts';
import type { AccountName } from '../domain/ids.ts';
import type { IncidentFact } from '../domain/incident.ts';
import type { Card } from '../domain/observation.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { DAY_MS, type EpochMs, epochMs } from '../domain/time.ts';
import type { UpkeepMemory, UpkeepRecord } from '../domain/upkeep.ts';
import { cardIdentity } from '../policy/ladder.ts';
import type { AccountRuntime } from './account-runtime.ts';
import type { KeeperContext } from './context.ts';

/** Days ahead of a card's end at which people are told, each once per card. */
const TOLD_DAYS_AHEAD = [1, 7, 30];
const CARDS_TASK = 'cards';

/**
 * What people are told of the cards that an account pays with: one that is about to expire, and a default card that
 * somebody changed or took away. What was told is remembered, so that a restart tells nothing twice.
 */
export async function watchCards(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  cards: readonly Card[],
): Promise<void> {
  if (runtime.cardsWatchedAtMs === runtime.cardsReadAtMs) return;
  runtime.cardsWatchedAtMs = runtime.cardsReadAtMs;
  const news = [
    changedDefault(context, account, cards),
    changedUse(context, account, cards),
    ...expiring(context, account, cards),
  ].filter((one) => one !== null);
  const changes = news.flatMap(({ fact }) => (fact === null ? [] : [{ kind: 'notice', fact } as const]));
  const now = context.clock.now();
  // Asked for in one turn they are one transaction: what is remembered as told is in the outbox.
  await Promise.all([
    ...news.map(({ task, record }) => context.upkeep.write(account.name, task, record)),
    ...(changes.length === 0 ? [] : [context.journal.tell(changes, now)]),
  ]);
  if (changes.length > 0) context.onTold();
}

/** What is to be remembered, and what people are told of it; nothing where it is only seen for the first time. */
type News = { readonly task: string; readonly record: UpkeepRecord; readonly fact: IncidentFact | null };

function changedDefault(context: KeeperContext, account: AccountSpec, cards: readonly Card[]): News | null {
  const card = cards.find((one) => one.isDefault);
  const digest = card === undefined ? 'none' : card.id;
  const detail = card === undefined ? 'no card' : faceOf(card);
  const known = context.upkeep.read(account.name, 'default_card');
  if (known?.digest === digest) return null;
  const record = { digest, result: 'done', detail, at: context.clock.now() } as const;
  if (known === null) return { task: 'default_card', record, fact: null };
  context.log.warn('card.default_changed', { account: account.name, was: known.detail, is: detail });
  const fact = defaultCardChanged({ account: account.name, was: known.detail, is: detail });
  return { task: 'default_card', record, fact };
}

/** The cards that an account pays with, as they were last listed. */
export function cardsPaidWith(upkeep: UpkeepMemory, account: AccountName): readonly string[] {
  const record = upkeep.read(account, CARDS_TASK);
  return record === null ? [] : (JSON.parse(record.digest) as string[]); // what `changedUse` wrote
}

function changedUse(context: KeeperContext, account: AccountSpec, cards: readonly Card[]): News | null {
  const used = cards.filter((one) => isUsed(account, one));
  const digest = JSON.stringify(used.map(cardIdentity).sort());
  if (context.upkeep.read(account.name, CARDS_TASK)?.digest === digest) return null;
  const detail = used.map(faceOf).join(', ');
  return {
    task: CARDS_TASK,
    record: { digest, result: 'done', detail, at: context.clock.now() },
    fact: null,
  };
}

function expiring(context: KeeperContext, account: AccountSpec, cards: readonly Card[]): readonly News[] {
  const now = context.clock.now();
  const news: News[] = [];
  for (const card of cards.filter((one) => isUsed(account, one))) {
    const expiresAt = expiryOf(card);
    const daysAhead =
      expiresAt === null ? undefined : TOLD_DAYS_AHEAD.find((days) => expiresAt - now <= days * DAY_MS);
    if (expiresAt === null || daysAhead === undefined) continue;
    const task = `card_expiry/${cardIdentity(card)}`;
    const digest = `${expiresAt}/${daysAhead}`;
    if (context.upkeep.read(account.name, task)?.digest === digest) continue;
    const record = { digest, result: 'done', detail: faceOf(card), at: now } as const;
    const fact = cardExpiring({ account: account.name, cardLast4: card.last4, expiresAt, now });
    news.push({ task, record, fact });
  }
  return news;
}

/** A card that the ladders can reach; the default one is charged for renewals in any case. */
function isUsed({ policy }: AccountSpec, card: Card): boolean {
  const steps = [...(policy.wallet?.payWith ?? []), ...(policy.subscription?.payWith ?? [])];
  const isNamed = steps.some(
    (step) => step.kind === 'others' || (step.kind === 'card' && step.id === card.id),
  );
  return card.isDefault || isNamed;
}

/** The end of its last month, UTC; `null` where the provider names none. */
function expiryOf({ expMonth, expYear }: Card): EpochMs | null {
  if (expMonth === null || expYear === null) return null;
  return epochMs(Date.UTC(expYear, expMonth, 1));
}

function faceOf({ brand, last4 }: Card): string {
  return `${brand} …${last4}`;
}
