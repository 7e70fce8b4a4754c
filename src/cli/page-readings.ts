import type { Intent } from '../charge/intent.ts';
import { capScopes } from '../domain/cap-scopes.ts';
import type { AccountName } from '../domain/ids.ts';
import { usdFromCents } from '../domain/money.ts';
import type { EpochMs } from '../domain/time.ts';
import type {
  AccountStory,
  FleetFacts,
  PageReadings,
  PayLinkShown,
  TopUp,
} from '../server/page/page-readings.ts';
import { capRows } from './cap-rows.ts';
import { chargeStories } from './charge-stories.ts';
import type { CliIo } from './cli-io.ts';
import { creditRows } from './credit-rows.ts';
import type { Daemon } from './daemon.ts';
import { rechargeNote } from './recharge-note.ts';

const CHARGES_SHOWN = 25;
const CREDITS_SHOWN = 5;
/** One for the wallet, one for a subscription. */
const LINKS_SHOWN = 2;
const TOP_UPS_DRAWN_MAX = 500;

type Io = Pick<CliIo, 'clock' | 'version'>;
type Parts = Pick<Daemon, 'context' | 'store' | 'view'>;

/** What the status page reads of a daemon. */
export function pageReadings(io: Io, daemon: Parts): PageReadings {
  return {
    now: () => io.clock.now(),
    facts: () => fleetFacts(io, daemon),
    firing: (account, max) => daemon.store.worstIncidents(account as AccountName | null, max), // a name that is none finds nothing
    glance: (query) => daemon.view.glance(query),
    payLinks: async (names) =>
      (await Promise.all(names.map((name) => payLinksOf(daemon, name as AccountName)))).flat(), // likewise
    account: (name, since) => accountStory(io, daemon, name as AccountName, since), // likewise
  };
}

async function payLinksOf({ store }: Parts, account: AccountName): Promise<readonly PayLinkShown[]> {
  const open = await store.journal.intents({ account, states: ['link_open'], limit: LINKS_SHOWN });
  return open.flatMap(({ state, amountCents }) =>
    state.kind === 'link_open' ? [{ account, url: state.url, usd: usdFromCents(amountCents) }] : [],
  );
}

function fleetFacts(io: Io, { context, store }: Parts): FleetFacts {
  const { mode, revision, provider, accounts } = context.spec();
  const until = store.quarantineUntil();
  return {
    version: io.version,
    mode,
    revision,
    isSandbox: provider.kind === 'sandbox',
    accounts: accounts.size,
    quarantineUntil: until === null || until <= io.clock.now() ? null : until,
  };
}

async function accountStory(
  io: Io,
  { context, store, view }: Parts,
  name: AccountName,
  since: EpochMs,
): Promise<AccountStory | null> {
  const account = context.spec().accounts.get(name);
  const seen = view.account(name);
  // One that left the config is looked after until its charges are closed.
  if (account === undefined && seen === null) return null;
  const { journal } = store;
  const now = io.clock.now();
  const scopes = account === undefined ? [] : capScopes(context.spec(), account);
  const usage = await journal.usage(scopes, now);
  const holds = await journal.holds(name);
  const funded = await journal.intents({
    account: name,
    kinds: ['fund', 'fund_link'],
    states: ['settled'],
    limit: TOP_UPS_DRAWN_MAX,
  });
  return {
    account: name,
    state: view.stateOf(name),
    view: seen,
    holds: holds.map(({ kind, reason, since }) => ({ kind, because: reason, since })),
    unheld: rechargeNote(store.upkeep, name),
    caps: usage.flatMap(({ scope, usage: used }) => capRows(scope, used)),
    charges: await chargeStories(store, name, CHARGES_SHOWN),
    credits: creditRows(store, name, CREDITS_SHOWN),
    everyMs: account?.schedule.kind === 'every' ? account.schedule.periodMs : null,
    samples: store.samples.read(name, since, now),
    topUps: funded.flatMap(topUpOf).filter(({ at }) => at >= since),
  };
}

function topUpOf({ state }: Intent): readonly TopUp[] {
  return state.kind === 'settled' ? [{ at: state.at, usd: usdFromCents(state.amountCents) }] : [];
}
