import { bytesOf } from '../charge/call.ts';
import {
  evidenceOf,
  type Intent,
  type IntentKind,
  isKeyUnused,
  meansOf,
  wasLetGo,
} from '../charge/intent.ts';
import type { HistoryQuery } from '../charge/journal.ts';
import { LATE_LIST_MS } from '../charge/late-list.ts';
import { CHARGE_LIMITS } from '../charge/next-move.ts';
import { readPeriodAnchor } from '../charge/period-anchor.ts';
import { isSurelyOf } from '../charge/settle.ts';
import type { ChargeHistory, PastAttempt } from '../domain/history.ts';
import type { AccountName } from '../domain/ids.ts';
import { RESTING_MS } from '../domain/ledger.ts';
import { addMs, DAY_MS, type EpochMs, MINUTE_MS } from '../domain/time.ts';
import type { Database } from './database.ts';
import { readIntent } from './intent-rows.ts';
import { hasLetGo } from './let-go-rows.ts';

type Attempts = Pick<
  ChargeHistory,
  | 'attempts'
  | 'nextAttempt'
  | 'unusedKeys'
  | 'refusedAt'
  | 'beside'
  | 'lastChargeAt'
  | 'lastChargeCents'
  | 'armedLastDay'
>;
type Row = Readonly<Record<string, unknown>>;

/** A subscription that needs a repair again so long after one was settled has a need of its own. */
const REPAIR_AGAIN_MS = 7 * DAY_MS;
/** There has to be time left for replays. */
const KEY_AGE_MAX_MS = CHARGE_LIMITS.horizonMs / 2;
/** What was refused so often may be the key: a provider may keep any answer under it. */
const INTENTS_PER_KEY_MAX = 3;
/** A row of a charge may be short of fees, as `total_credited` may. */
const FEE_SHARE_MAX = 0.2;

/** What was tried before for a need, by its own means and by others. */
export function readAttempts(database: Database, query: HistoryQuery): Attempts {
  const { account, identity, kind, anchor, now } = query;
  const asAttempt = (row: Row) => {
    const intent = readIntent(row);
    const at = Number(row['changed_at']) as EpochMs; // our own column
    const isOver = () => wasUndone(database, intent, at);
    const isLetGo = () => hasLetGo(database, account, intent);
    return {
      at,
      allowsNext: allowsNext(intent, { now, isLetGo, wasUndone: isOver }),
      state: intent.state.kind,
      attempt: intent.attempt,
      armedAt: intent.armedAt,
      refusedAt: wasLetGo(intent) ? at : null,
      // The age of a key is that of the first intent that went out under it.
      unused: isKeyUnused(intent) && now - intent.armedAt < KEY_AGE_MAX_MS ? bytesOf(intent) : null,
    };
  };
  const attemptsBy = (means: IntentKind) =>
    database
      .all(
        `SELECT doc, changed_at FROM intent WHERE (identity = ? OR account = ?) AND kind = ? AND anchor = ?
           ORDER BY attempt, armed_at`,
        identity,
        account, // by whatever name the provider knew it then
        means,
        anchor,
      )
      .map(asAttempt);
  const means = JSON.stringify(meansOf(kind));
  const others = meansOf(kind).filter((other) => other !== kind);
  const isMade = ({ allowsNext: isDone, state }: PastAttempt & { readonly state: string }) =>
    !isDone && (state === 'charged' || state === 'settled');
  const last = database.get(
    `SELECT max(changed_at) AS at, doc FROM intent WHERE account = ? AND state IN ('charged', 'settled')
       AND kind IN (SELECT value FROM json_each(?))`,
    account,
    means,
  );
  const lately = database.get(
    'SELECT count(*) AS n FROM intent WHERE account = ? AND kind = ? AND armed_at > ?',
    account,
    kind,
    addMs(now, -DAY_MS),
  );
  const elsewhere = unseenElsewhere(database, query).map(asAttempt);
  const attempts = attemptsBy(kind);
  const ordinals = attempts.map(({ attempt }) => attempt);
  const isUsedUp = ({ attempt, unused }: (typeof attempts)[number]): boolean =>
    unused === null || ordinals.filter((one) => one === attempt).length >= INTENTS_PER_KEY_MAX;
  const lastUsed = Math.max(-1, ...attempts.filter(isUsedUp).map(({ attempt }) => attempt));
  return {
    armedLastDay: Number(lately?.['n'] ?? 0),
    attempts,
    nextAttempt: Math.max(-1, ...ordinals) + 1,
    unusedKeys: attempts.flatMap(({ attempt, unused, armedAt }) =>
      unused === null || attempt <= lastUsed ? [] : [{ attempt, bytes: unused, since: armedAt }],
    ),
    refusedAt: attempts.at(-1)?.refusedAt ?? null,
    beside: [...others.flatMap(attemptsBy), ...elsewhere].filter(isMade),
    lastChargeAt: last?.['at'] == null ? null : (Number(last['at']) as EpochMs), // our own column
    lastChargeCents: last?.['at'] == null ? null : readIntent(last).amountCents,
  };
}

/**
 * Payments under another anchor that the provider may not show yet: the anchor has moved, but by somebody else's credit;
 * the list lacks the subscription that was bought; or what was repaired is as it was, in the period that the repair began.
 */
function unseenElsewhere(database: Database, query: HistoryQuery): readonly Row[] {
  const { account, kind, anchor, listed, now } = query;
  if (kind === 'fix_payment' || kind === 'resume') return repairedLately(database, query);
  if (kind === 'change_plan') return [...repairedLately(database, query), ...boughtUnlisted(database, query)];
  const means = JSON.stringify(meansOf(kind));
  const since = addMs(now, -REPAIR_AGAIN_MS);
  if (kind === 'fund' || kind === 'fund_link')
    return unseenFunds(database, account, { means, anchor, since, now });
  if (kind !== 'subscribe' && kind !== 'subscribe_link') return [];
  return database.all(
    `SELECT doc, changed_at FROM intent WHERE account = ? AND kind IN (SELECT value FROM json_each(?)) AND anchor <> ?
       AND state = 'settled' AND changed_at > ?
       AND coalesce(json_extract(doc, '$.subscription'), '') NOT IN (SELECT value FROM json_each(?))
     ORDER BY armed_at`,
    account,
    means,
    anchor,
    since,
    JSON.stringify(listed),
  );
}

/** Purchases of the plan that another subscription would be changed into, which the list lacks so far. */
function boughtUnlisted(
  database: Database,
  { account, identity, anchor, listed, now }: HistoryQuery,
): readonly Row[] {
  const [, plan] = readPeriodAnchor(anchor).need.split('/');
  return database
    .all(
      `SELECT doc, changed_at, json_extract(doc, '$.plan') AS plan FROM intent
       WHERE (identity = ? OR account = ?) AND kind IN ('subscribe', 'subscribe_link') AND state = 'settled' AND changed_at > ?
         AND coalesce(json_extract(doc, '$.subscription'), '') NOT IN (SELECT value FROM json_each(?)) ORDER BY armed_at`,
      identity,
      account,
      addMs(now, -DAY_MS),
      JSON.stringify(listed),
    )
    .filter((row) => String(row['plan']) === plan);
}

/**
 * The same repair of the same subscription, settled under another period, where the one that was shown then is still going
 * on, and of the time from then to its end less than a quarter is over: whoever undoes it so soon, or a late word of the
 * failure, is not paid for again. Its end may move by the days that a change takes off or puts on.
 */
function repairedLately(
  database: Database,
  { account, identity, kind, anchor, now }: HistoryQuery,
): readonly Row[] {
  const { period, need } = readPeriodAnchor(anchor);
  if (!Number.isFinite(period)) return [];
  return database
    .all(
      `SELECT doc, changed_at, anchor, json_extract(doc, '$.state.periodEnd') AS shown FROM intent WHERE (identity = ? OR account = ?) AND kind = ? AND anchor <> ?
         AND state = 'settled' ORDER BY armed_at`,
      identity,
      account,
      kind,
      anchor,
    )
    .filter((row) => {
      const settledAt = Number(row['changed_at']);
      const shown = Number(row['shown'] ?? period);
      // A list that was late showed the period before, which the repair itself has ended.
      const isOver = shown > settledAt && now >= shown;
      const isRenewed = isOver && 2 * (period - shown) > period - settledAt;
      const isSame = readPeriodAnchor(String(row['anchor'])).need === need;
      return isSame && !isRenewed && 4 * (now - settledAt) < period - settledAt;
    });
}

/** What was settled so long after it was armed was decided on a wallet of long before: nothing tells whether a look is newer. */
const LATE_MS = 10 * MINUTE_MS;

/**
 * For as long as rows and money may be late, every payment of which no row is surely shown. After that each new row without
 * a payment's name that is large enough may be the row of one of them, short of fees; the others are of somebody else's
 * payments.
 */
function unseenFunds(
  database: Database,
  account: AccountName,
  query: {
    readonly means: string;
    readonly anchor: string;
    readonly since: EpochMs;
    readonly now: EpochMs;
  },
): readonly Row[] {
  const settled = database.all(
    `SELECT doc, changed_at, armed_at, settled_cents, credit.created_at AS stamp, credit.is_nameless,
       json_extract(doc, '$.state.by') AS settled_by FROM intent
     LEFT JOIN credit ON credit.account = intent.account AND credit.intent = intent.id AND credit.id NOT LIKE 'refund/%'
     WHERE intent.account = ? AND kind IN (SELECT value FROM json_each(?)) AND anchor <> ?
       AND state = 'settled' AND changed_at > ?
     ORDER BY armed_at`,
    account,
    query.means,
    query.anchor,
    query.since,
  );
  const isYoung = (row: Row): boolean => query.now - Number(row['changed_at']) < RESTING_MS;
  const young = settled.filter((row) => isYoung(row) && !isSurelyShown(row));
  const old = settled.filter(
    (row) => !isYoung(row) && row['stamp'] === null && row['settled_by'] !== 'operator',
  );
  if (old.length === 0) return young;
  const rows = database.all(
    `SELECT taken_at, amount_cents FROM credit
     WHERE account = ? AND intent IS NULL AND is_nameless = 1 AND taken_at > ? ORDER BY amount_cents`,
    account,
    query.since,
  );
  const left = [...rows];
  const unseen = old.filter((intent) => {
    const least = Number(intent['settled_cents']) * (1 - FEE_SHARE_MAX);
    const row = left.findIndex(
      (one) => Number(one['taken_at']) >= Number(intent['armed_at']) && Number(one['amount_cents']) >= least,
    );
    if (row !== -1) left.splice(row, 1); // one row, one payment
    return row === -1;
  });
  return [...young, ...unseen];
}

function isSurelyShown(row: Row): boolean {
  const stamp = row['stamp'];
  const { state, ...intent } = readIntent(row);
  if (stamp === null || state.kind !== 'settled' || state.at - intent.armedAt >= LATE_MS) return false;
  if (state.credit !== null) return state.isUnsure !== true;
  const createdAt = Number(stamp) as EpochMs; // our own column
  // A person's word names no row: the first of its amount may be what somebody paid meanwhile.
  const isNamed = row['is_nameless'] === 0 && state.by !== 'operator';
  return isNamed || isSurelyOf(intent, { paymentIntentId: null, createdAt });
}

/** Released and refused intents charged nothing. One that is settled has to show first, or a person to let go. */
function allowsNext(
  { state, kind }: Intent,
  at: { readonly now: EpochMs; readonly isLetGo: () => boolean; readonly wasUndone: () => boolean },
): boolean {
  if (state.kind === 'released' || state.kind === 'rejected') return true;
  if (state.kind !== 'settled') return false;
  if (at.isLetGo()) return true;
  if (kind === 'resume' || kind === 'pause') return at.now - state.at >= LATE_LIST_MS || at.wasUndone();
  return evidenceOf(kind) === 'subscription' && at.now - state.at >= REPAIR_AGAIN_MS;
}

/** Whether purser itself did the opposite since. */
function wasUndone(database: Database, { account, kind }: Intent, at: EpochMs): boolean {
  const opposite = kind === 'pause' ? 'resume' : 'pause';
  const row = database.get(
    `SELECT 1 FROM intent WHERE account = ? AND kind = ? AND state = 'settled' AND changed_at > ? LIMIT 1`,
    account,
    opposite,
    at,
  );
  return row !== undefined;
}
