import { foreignCredit, frozen } from '../alerts/degraded-facts.ts';
import type { Intent } from '../charge/intent.ts';
import type { AccountMemory, Refund } from '../charge/journal.ts';
import { tookBack } from '../charge/refund.ts';
import type { IncidentChange } from '../domain/incident.ts';
import {
  type Anchor,
  anchorOf,
  cardCredits,
  isBelow,
  isNativeRecharge,
  type Rest,
  STAMP_SLACK_MS,
  totalsAt,
} from '../domain/ledger.ts';
import type { LedgerCredit, LedgerLook } from '../domain/observation.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { addMs, DAY_MS, type EpochMs, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { expectsMoney } from './page-beside-card.ts';

const NO_ANCHOR: Anchor = { id: 'none', at: null };
/** Where a scan shows nothing new, that it was made is written down this often. */
const SCAN_KEPT_MS = 6 * HOUR_MS;

/**
 * Takes a ledger look into the journal, after the open intents had their chance to claim what is theirs: every new
 * card credit counts against the caps, one that no intent explains is told (fence 4), and a refund of our own freezes
 * (fence 5). The very first scan of an account is its past, of which nobody is told.
 */
export async function absorbCredits(
  context: KeeperContext,
  account: AccountSpec,
  news: {
    readonly look: LedgerLook;
    readonly rest: Rest;
    /** Else the anchor, and the totals that belong to it, stay what they were. */
    readonly isConsistent: boolean;
    readonly memory: AccountMemory;
    readonly open: readonly Intent[];
    /** Asks a page that is out: what is new may have been paid on it. */
    readonly isUnpaid: (page: Intent) => Promise<boolean>;
  },
): Promise<{ readonly hasAnchorFallen: boolean }> {
  const { look, memory } = news;
  const now = moneyNow(context);
  const fromCards = new Set(cardCredits(look.credits).map((credit) => credit.id));
  const { unknown, refunded, untold, unsettled, claimed } = await context.journal.sortCredits(
    account.name,
    look.credits,
    null,
  );
  const isPast = memory.scannedAt === null;
  const waitsFrom = waitingSince(news.open);
  // What may still turn out to be an open intent's counts against the caps at once, but is told when that one closes.
  const isNoDoubts = ({ createdAt }: LedgerCredit) => waitsFrom === null || createdAt < waitsFrom;
  const unclaimed = unknown.filter(({ credit, intent }) => intent === null && fromCards.has(credit.id));
  const strange = [...unclaimed.map(({ credit }) => credit), ...untold].filter(isNoDoubts);
  const mayShow = ({ amountCents, armedAt }: Intent): boolean =>
    strange.some(
      (one) => one.amountCents === amountCents && one.createdAt >= addMs(armedAt, -STAMP_SLACK_MS),
    );
  const open = strange.length === 0 ? [] : await context.journal.openIntents(account.name);
  const page = open.find((one) => expectsMoney(one) && mayShow(one));
  const isPages = page !== undefined && !(await news.isUnpaid(page));
  const isSettledWhose = (credit: LedgerCredit): boolean =>
    isNoDoubts(credit) && !(isPages && credit.amountCents === page.amountCents);
  const credits = unknown
    .filter(({ credit }) => fromCards.has(credit.id))
    .map(({ credit, intent }) => ({
      credit,
      intent,
      isTold: intent !== null || isSettledWhose(credit),
      // Unknown and claimed is what was seen before, when it was not settled.
      countsFrom: isPast
        ? latestPast(credit, now)
        : latestCharge(credit, { now, scannedAt: claimed.has(credit.id) ? null : memory.scannedAt }),
    }));
  const told = untold.filter(isSettledWhose);
  const fresh = credits.filter(({ intent, isTold }) => intent === null && isTold).map(({ credit }) => credit);
  const incidents = isPast ? [] : foreignIncidents(context, account, [...fresh, ...told]);
  const { isConsistent, rest } = news;
  const anchor = isConsistent ? higher(memory.highestAnchor, look) : (memory.highestAnchor ?? NO_ANCHOR);
  const totals = isConsistent ? totalsAt(look, anchor, memory, rest) : memory;
  const scannedAt = look.isComplete && isConsistent ? now : null;
  const isNews =
    credits.length > 0 ||
    told.length > 0 ||
    unsettled.length > 0 ||
    anchor.id !== memory.highestAnchor?.id ||
    totals.creditedMicroUsd !== memory.creditedMicroUsd ||
    (scannedAt !== null && (memory.scannedAt === null || scannedAt - memory.scannedAt >= SCAN_KEPT_MS));
  if (isNews) {
    const { name, group } = account;
    const intake = { credits, told, unsettled, anchor, totals, scannedAt, incidents, now };
    await context.journal.absorb({ account: name, group, ...intake });
    if (incidents.length > 0) context.onTold();
  }
  for (const { credit, intent } of refunded)
    await freezeOnRefund(context, account, { rowId: credit.id, payment: credit.paymentIntentId, intent });
  return { hasAnchorFallen: memory.highestAnchor !== null && isBelow(anchor, memory.highestAnchor) };
}

/**
 * The latest instant at which a credit that appears later than the first scan was charged, so that no cap is passed: its
 * stamp may be a day or a zone off. Where it cannot be right (the scan after it did not show the row, or showed it as
 * not settled: `null`) it was charged about now.
 */
function latestCharge(
  { createdAt }: LedgerCredit,
  { now, scannedAt }: { readonly now: EpochMs; readonly scannedAt: EpochMs | null },
): EpochMs {
  const latest = addMs(createdAt, STAMP_SLACK_MS);
  const isBelieved = scannedAt !== null && latest >= scannedAt;
  return isBelieved ? epochMs(Math.min(latest, now)) : now;
}

/**
 * Stamps of the past are believed as far as they go: to the minute, for they may be cut to it, and not where they name
 * a day only, a few ms apart (`ledger-look.ts`), and of any zone.
 */
function latestPast({ createdAt }: LedgerCredit, now: EpochMs): EpochMs {
  const isDayOnly = createdAt % DAY_MS < SECOND_MS;
  return epochMs(Math.min(addMs(createdAt, isDayOnly ? STAMP_SLACK_MS : MINUTE_MS), now));
}

function foreignIncidents(
  context: KeeperContext,
  account: AccountSpec,
  credits: readonly LedgerCredit[],
): readonly IncidentChange[] {
  for (const { id, amountCents } of credits) {
    context.log.warn('credit.foreign', { account: account.name, credit: id, amount_cents: amountCents });
  }
  if (account.policy.wallet?.foreignCredits === 'allow') return [];
  const isExpected = account.policy.wallet?.autoFunding.kind === 'set';
  const told = isExpected ? credits.filter((credit) => !isNativeRecharge(credit)) : credits;
  return told.map(({ id, amountCents }) => ({
    kind: 'notice',
    fact: foreignCredit({ account: account.name, amountCents, creditId: id }),
  }));
}

/** From when on a new credit may still turn out to be that of an open intent whose payment is not known by id. */
function waitingSince(open: readonly Intent[]) {
  const fund = open.find((intent) => intent.kind === 'fund' && intent.paymentIntent === null);
  return fund === undefined ? null : addMs(fund.armedAt, -STAMP_SLACK_MS);
}

/**
 * The anchor never falls, for a page that is behind is a stale page (fence 2): except where the page shows the very
 * credit, and shows that it was taken back, or is from no card after all.
 */
function higher(known: Anchor | null, look: LedgerLook): Anchor {
  const seen = anchorOf(look);
  if (known === null) return seen;
  const isShown = look.credits.some((credit) => credit.id === known.id);
  const isAnchor = cardCredits(look.credits).some((credit) => credit.id === known.id);
  const isFallen = isShown && !isAnchor && (look.isComplete || seen.at !== null);
  if (isFallen) return seen;
  return known.id === seen.id || isBelow(seen, known) || seen.at === null ? known : seen;
}

/** Fence 5: the provider took back what purser had charged; charging again would only go round in a circle. */
export async function freezeOnRefund(
  context: KeeperContext,
  account: AccountSpec,
  refund: Pick<Refund, 'rowId' | 'payment' | 'intent'>,
): Promise<void> {
  const { rowId, payment, intent } = refund;
  const now = moneyNow(context);
  const reason = tookBack(rowId);
  const mend = `Find out why with the provider, then run \`purser resume ${account.name} --freeze\`.`;
  const fact = frozen({ account: account.name, why: reason, mend, intentId: intent, amountCents: null });
  // Where it is frozen already, for something else, this is told beside it.
  const isFrozen = (await context.journal.holds(account.name)).some(({ kind }) => kind === 'freeze');
  const beside = { ...fact, fingerprint: `${fact.fingerprint}/refund/${rowId}` };
  const incidents: IncidentChange[] = [isFrozen ? { kind: 'notice', fact: beside } : { kind: 'fire', fact }];
  const isNew = await context.journal.noteRefund({
    account: account.name,
    rowId,
    payment,
    intent,
    incidents,
    now,
  });
  if (!isNew) return;
  context.log.error('account.frozen', { account: account.name, reason, intent });
  context.onTold();
}
