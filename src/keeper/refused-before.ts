import { bytesOf, type MoneyCall, moneyCall } from '../charge/call.ts';
import type { Decision } from '../domain/decision.ts';
import type { ChargeHistory } from '../domain/history.ts';
import type { AccountName } from '../domain/ids.ts';
import { RESTING_MS } from '../domain/ledger.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { addMs, type EpochMs, formatInstant } from '../domain/time.ts';
import { hold } from '../policy/shared-checks.ts';
import type { Need } from './arm-charge.ts';
import { type KeeperContext, moneyNow } from './context.ts';

/*
 * What becomes of a need whose charge was refused, "nothing done", and let go (`isKeyUnused`). A second purser with a journal
 * of its own may have charged under that key meanwhile. Under the same key that is found out; under another one only by a
 * ledger that is up to date.
 */

/** The key that such a charge left, for the very same bytes. */
export function leftKey(
  call: MoneyCall,
  { unusedKeys }: ChargeHistory,
): ChargeHistory['unusedKeys'][number] | undefined {
  return unusedKeys.find(({ bytes }) => bytes === bytesOf(call));
}

/** What of these says that nothing is wanted, or that nothing may be sent: the wait begins anew behind it. */
const BREAKS: ReadonlySet<Decision['reason']> = new Set([
  'above_minimum',
  'paused_by_operator',
  'frozen',
  'quarantined',
]);

type Subject = 'wallet' | 'subscription';

/** What waits, and for how long it was wanted in every pass. */
type Wait = {
  readonly digest: string;
  readonly since: EpochMs;
  readonly seenAt: EpochMs;
  /** Whether it began anew behind a time without a pass. */
  readonly hasRested: boolean;
};

/** A charge that needs another key than the refused one waits until the ledger has had time to show what that one charged. */
export async function unlessRefusedBefore(
  context: KeeperContext,
  { name }: AccountSpec,
  subject: Subject,
  { decision, need }: { readonly decision: Decision; readonly need: Need | null },
): Promise<Decision> {
  if (BREAKS.has(decision.reason)) await forgetRefused(context, name, subject);
  if (decision.kind !== 'charge' || need === null || !need.history.wasRefused) return decision;
  if (leftKey(moneyCall(decision.action, decision.amountCents), need.history) !== undefined) return decision;
  const digest = [need.identity, need.anchor, need.history.nextAttempt, context.spec().revision].join('/');
  const now = moneyNow(context);
  const wait = waitNow(readWait(context, name, subject), digest, now);
  await writeWait(context, name, subject, wait);
  const until = addMs(wait.since, RESTING_MS);
  if (now >= until) return decision;
  const sentence = `another charge for it was refused and let go; this one waits until ${formatInstant(until)}, when the provider would show it had it been made after all`;
  return hold('pacing', sentence, until);
}

/** Behind a pause, and behind a config without that policy, the wait begins anew. */
export async function forgetRefused(
  context: KeeperContext,
  name: AccountName,
  subject: Subject,
): Promise<void> {
  if (readWait(context, name, subject) !== null) await writeWait(context, name, subject, null);
}

/** Behind a time without a pass it begins anew, but once only: a cron may run seldom. */
function waitNow(known: Wait | null, digest: string, now: EpochMs): Wait {
  if (known?.digest !== digest) return { digest, since: now, seenAt: now, hasRested: false };
  const isRest = now - known.seenAt > RESTING_MS && !known.hasRested;
  return isRest ? { ...known, since: now, seenAt: now, hasRested: true } : { ...known, seenAt: now };
}

function readWait({ upkeep }: KeeperContext, name: AccountName, subject: Subject): Wait | null {
  const record = upkeep.read(name, taskOf(subject));
  return record === null ? null : (JSON.parse(record.digest) as Wait | null); // what `writeWait` wrote
}

async function writeWait(
  context: KeeperContext,
  name: AccountName,
  subject: Subject,
  wait: Wait | null,
): Promise<void> {
  const record = {
    digest: JSON.stringify(wait),
    result: 'trying',
    detail: '',
    at: moneyNow(context),
  } as const;
  await context.upkeep.write(name, taskOf(subject), record);
}

function taskOf(subject: Subject): string {
  return `refused_before/${subject}`;
}
