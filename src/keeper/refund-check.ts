import type { Intent, IntentKind } from '../charge/intent.ts';
import { TRANSACTIONS_PAGE_MAX } from '../contract/limits.ts';
import { provesEquation } from '../domain/ledger.ts';
import { microFromCents } from '../domain/money.ts';
import type { LedgerLook } from '../domain/observation.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import { listWalletDebits, type WalletDebits } from '../modelslab/wallet.ts';
import { freezeOnRefund } from './absorb-credits.ts';
import type { AccountRuntime } from './account-runtime.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { debitsMemory, keepDebits, withRows, withTotals } from './debits-memory.ts';
import { newestDebits, type Page } from './newest-debits.ts';
import type { Sight } from './observe.ts';

const AGAIN_MS = HOUR_MS;
/** Of so many of the newest charges one may have been taken back. */
const CHARGES_MAX = 20;
/** What came into the wallet. Where nothing did, a wallet that the provider refuses to show forbids nothing. */
const OF_WALLET: readonly IntentKind[] = ['fund', 'fund_link', 'charge_amount'];

/**
 * Before a charge is decided: is the wallet low because the provider took back one of ours? Refunds stand among the
 * debits (seed, "Wallet Transactions"), which the ledger look does not read. One that was read before its payment was
 * known for ours counts from when it is. Of one look all that is decided goes by one reading.
 * @returns false where the debits could not be read, or only as they were before the ledger look
 */
export async function checkRefunds(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  { caller, look }: Pick<Sight, 'caller' | 'look'>,
): Promise<boolean> {
  const { refundsRead } = runtime;
  if (look !== null && refundsRead?.look === look) return refundsRead.isRead;
  const settled = { account: account.name, states: ['settled'], limit: CHARGES_MAX } as const;
  const charges = await context.journal.intents(settled);
  const [last] = charges;
  if (last === undefined) return true; // nothing of ours could be taken back
  const pages: WalletDebits[] = [];
  const page: Page = async (offset) => {
    const reply = await listWalletDebits(context.client, caller, { limit: TRANSACTIONS_PAGE_MAX, offset });
    if (reply.kind === 'ok') pages.push(reply.value);
    return reply;
  };
  const read = await newestDebits(page, last.armedAt - DAY_MS);
  const isFromBefore = await takeIn(context, account, runtime, { pages, charges, look });
  const isNothingHidden = read === 'refused' ? await hasNothingInWallet(context, account) : read !== null;
  const isRead = isNothingHidden && !isFromBefore;
  runtime.refundsRead = { look, isRead };
  return isRead;
}

async function hasNothingInWallet({ journal }: KeeperContext, { name }: AccountSpec): Promise<boolean> {
  const settled = { account: name, states: ['settled'], kinds: OF_WALLET, limit: 1 } as const;
  return (await journal.intents(settled)).length === 0;
}

/** Freezes where a charge was taken back, and remembers the rest; also of a list that could not be read to its end. */
async function takeIn(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  news: {
    readonly pages: readonly WalletDebits[];
    readonly charges: readonly Intent[];
    readonly look: LedgerLook | null;
  },
): Promise<boolean> {
  const { pages, charges, look } = news;
  const memory = debitsMemory(context.upkeep, runtime);
  const takenBack = withRows(
    memory.takenBack,
    pages.flatMap(({ rows }) => rows),
  );
  const own = await context.journal.ownPayments(
    account.name,
    takenBack.map(({ payment }) => payment),
  );
  const unknown = [];
  for (const one of takenBack) {
    const intent = own.get(one.payment);
    if (intent === undefined) unknown.push(one);
    else await freezeOnRefund(context, account, { ...one, intent });
  }
  // Behind the end of a list nothing is hidden, whatever its wallet says.
  const told = pages.filter(({ rows }, index) => index === 0 || rows.length > 0).map(({ totals }) => totals);
  const { isFromBefore, ...counting } =
    look?.totals == null
      ? { ...memory, isFromBefore: false }
      : withTotals(memory, told, {
          look: look.totals,
          doesLookAddUp: provesEquation(look),
          refundMicroUsd: smallestOf(charges),
          now: moneyNow(context),
        });
  await keepDebits(context, runtime, { ...counting, takenBack: unknown });
  return isFromBefore;
}

function smallestOf(charges: readonly Intent[]): number {
  const amounts = charges
    .map(({ amountCents }) => microFromCents(amountCents))
    .filter((amount) => amount > 0);
  return Math.min(...amounts);
}

/** The same now and then, so that one stale page at the instant of a charge is not all that was read. */
export async function checkRefundsNowAndThen(
  context: KeeperContext,
  account: AccountSpec,
  runtime: AccountRuntime,
  sight: Pick<Sight, 'caller' | 'look'>,
): Promise<void> {
  const nowMs = context.clock.monotonicMs();
  if (runtime.refundsReadAtMs !== null && nowMs - runtime.refundsReadAtMs < AGAIN_MS) return;
  if (await checkRefunds(context, account, runtime, sight)) runtime.refundsReadAtMs = nowMs;
}
