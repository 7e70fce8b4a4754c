import type { Intent } from '../charge/intent.ts';
import { isSentAround, isSurelyOf } from '../charge/settle.ts';
import type { Hold } from '../domain/decision.ts';
import type { AccountName } from '../domain/ids.ts';
import type { LedgerCredit } from '../domain/observation.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { addMs, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { hold } from '../policy/shared-checks.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { ASK_AGAIN_MS, askPage, isPageOut } from './ask-checkout.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import type { Sight } from './observe.ts';

/*
 * A page that a person may pay on, beside a card that purser may charge for the same need: the card waits for what the page
 * says, and a row of the ledger may be the one's or the other's.
 */

/** What is decided, and waits for this and that, is decided on an answer of a moment ago; what is sent has a newer one. */
const UNPAID_RECENT_MS = MINUTE_MS;
const UNPAID_FRESH_MS = 10 * SECOND_MS;
export const PAGE_IS_OUT = 'a payment link is out; whether it was paid is asked before a card is charged';

/**
 * A page is out that a person may just have paid: a card that is free again, or that was sent to without a clear answer,
 * waits until the page was asked, and said no. `null` where it did, or where no page is out.
 */
export async function holdForPage(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
): Promise<Hold | null> {
  const page = await pageOf(context, account.name);
  if (page === undefined || wasUnpaid(context, runtime, page, UNPAID_RECENT_MS)) return null;
  if (context.spec().mode === 'observe') return hold('page_unclear', PAGE_IS_OUT); // nobody asks
  // A no that is only too old is asked for anew at once.
  const reason = runtime.linksUnpaid.has(page.id) ? 'intent_open' : 'page_unclear';
  const askedAtMs = runtime.linksAskedAtMs.get(page.id) ?? Number.NEGATIVE_INFINITY;
  const waitMs = Math.max(0, askedAtMs + ASK_AGAIN_MS - context.clock.monotonicMs());
  if (waitMs === 0) runtime.linksAskedAtMs.delete(page.id); // the next pass asks, whatever its rhythm
  return hold(reason, PAGE_IS_OUT, addMs(moneyNow(context), waitMs));
}

/** The last word before a card is sent to, behind all that was waited for: where it is not fresh, the page is asked. */
export async function isPageUnpaid(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  sight: Sight,
): Promise<boolean> {
  const page = await pageOf(context, account.name);
  if (page === undefined || wasUnpaid(context, runtime, page, UNPAID_FRESH_MS)) return true;
  await askPage(context, account, runtime, { intent: page, sight });
  return wasUnpaid(context, runtime, page, UNPAID_FRESH_MS); // an answer may take its time
}

/** Whether the next POST of an open intent waits for a page, by what the page said a moment ago. */
export async function waitsForPage(
  context: KeeperContext,
  account: AccountSpec | null,
  runtime: AccountRuntime,
  intent: Intent,
): Promise<boolean> {
  return account !== null && isCardToSend(intent) && (await holdForPage(context, account, runtime)) !== null;
}

/** Whether no page forbids the POST of an open intent that is about to leave. */
export async function isClearOfPages(
  context: KeeperContext,
  account: AccountSpec | null,
  runtime: AccountRuntime,
  { intent, sight }: { readonly intent: Intent; readonly sight: Sight },
): Promise<boolean> {
  return account === null || !isCardToSend(intent) || (await isPageUnpaid(context, account, runtime, sight));
}

/** What waits for its holder, or for its row, is not sent again: no page is asked for its sake. */
function isCardToSend({ kind, state }: Intent): boolean {
  return kind === 'fund' && (state.kind === 'armed' || state.kind === 'in_doubt');
}

/** Whether the same need was paid by other means since it was armed, and the ledger may be too late to show it (`beside`). */
export async function isPaidBeside(
  context: KeeperContext,
  { account, identity, kind }: Intent,
): Promise<boolean> {
  if (kind !== 'fund') return false;
  // A page outlives its anchor, and so does this charge: what was paid under theirs shows in time like any other payment.
  const { journal } = context;
  const open = await journal.openIntents(account);
  if (open.some((one) => one.kind === 'fund_link' && one.state.kind === 'charged')) return true;
  const { beside } = await journal.history({
    account,
    identity,
    kind,
    anchor: '',
    cardIdentities: [],
    scopes: [],
    listed: [],
    now: moneyNow(context),
  });
  return beside.length > 0;
}

/** The money of a page that is out shows as a card's would: on the provider's own page it is credited before purser asks. */
export function isPageLike(page: Intent, intent: Intent): boolean {
  return isPageOut(page) && isCardToSend(intent) && page.amountCents === intent.amountCents;
}

/**
 * Whether a row that would settle a card is rather that of a page: the provider is asked. Where it does not say, or nobody
 * asks, a row from when the card was sent to is the card's.
 */
export async function isRowOfPage(
  context: KeeperContext,
  account: AccountSpec | null,
  runtime: AccountRuntime,
  row: {
    readonly page: Intent;
    readonly card: Intent;
    readonly credit: LedgerCredit;
    readonly sight: Sight;
  },
): Promise<boolean> {
  const { page, card, credit, sight } = row;
  const word = await askPage(context, account, runtime, { intent: page, sight });
  const isSent = card.state.kind === 'in_doubt' || card.hasUnclearSend;
  // A page was asked before every POST, so where nobody asks since no payment of it is older than the last one.
  const isNear = word === 'unasked' ? isSentAround(card, credit) : isSurelyOf(card, credit);
  const isCards = isSent && credit.isStampExact === true && isNear;
  return word === 'paid' || (word !== 'unpaid' && !isCards);
}

async function pageOf({ journal }: KeeperContext, name: AccountName): Promise<Intent | undefined> {
  return (await journal.openIntents(name)).find(expectsMoney);
}

/** A page that is out, or of which it is known that it was paid: its money may not be in the ledger yet. */
export function expectsMoney(page: Intent): boolean {
  return isPageOut(page) || (page.kind === 'fund_link' && page.state.kind === 'charged');
}

/** Not where the host has slept since it was asked. */
function wasUnpaid(
  { clock, firstRound }: KeeperContext,
  { linksUnpaid }: AccountRuntime,
  { id }: Intent,
  withinMs: number,
): boolean {
  const word = linksUnpaid.get(id);
  return (
    word !== undefined && firstRound.isStill(word.round) && clock.monotonicMs() - word.askedAtMs <= withinMs
  );
}
