import { bytesOf, type MoneyCall, moneyCall } from '../charge/call.ts';
import type { Charge, Decision } from '../domain/decision.ts';
import type { ChargeHistory } from '../domain/history.ts';
import { type Cents, formatCents } from '../domain/money.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { addMs, type EpochMs, formatInstant, MINUTE_MS } from '../domain/time.ts';
import { hold } from '../policy/shared-checks.ts';
import type { Need } from './arm-charge.ts';
import { type KeeperContext, moneyNow } from './context.ts';

/*
 * What becomes of a key under which a charge was refused, "nothing done", and let go (`isKeyUnused`). A second purser with a
 * journal of its own may have charged under it meanwhile: under the same key that is found out, under another one only by a
 * ledger that is up to date.
 */

/** A call, and what its key is made of. */
export type KeyedCall = {
  readonly call: MoneyCall;
  readonly amountCents: Cents;
  readonly attempt: number;
  /** Since when its key stands for its bytes; `null` where this is its first call. */
  readonly since: EpochMs | null;
};

/**
 * The call of a charge as it goes out. The key that a refused one left is taken up where it stands for the bytes of this one,
 * or for a lesser amount that the same config asked for: the rest of that comes later. What a person orders is never less.
 */
export function keyedCall(
  { action, amountCents, reason }: Charge,
  { unusedKeys, nextAttempt }: ChargeHistory,
  revision: string,
): KeyedCall {
  const decided = { call: moneyCall(action, amountCents), amountCents };
  const earlier = unusedKeys
    .filter((key) => reason !== 'by_hand' && key.revision === revision && key.amountCents < amountCents)
    .map((key) => ({ call: moneyCall(action, key.amountCents), amountCents: key.amountCents }));
  for (const one of [decided, ...earlier]) {
    const known = unusedKeys.find(({ bytes }) => bytes === bytesOf(one.call));
    if (known !== undefined) return { ...one, attempt: known.attempt, since: known.since };
  }
  return { ...decided, attempt: nextAttempt, since: null };
}

/** Why a charge is armed, where it is for less than was decided. */
export function armedBecause({ sentence, amountCents }: Charge, armedCents: Cents): string {
  return armedCents === amountCents
    ? sentence
    : `${sentence}; ${formatCents(armedCents)} of it, as it was asked for before under the same key`;
}

/** So long pages are read before the next key is used: an old one does not hide for longer what was charged meanwhile. */
const OTHER_BYTES_WAIT_MS = 10 * MINUTE_MS;

/** A charge that needs another key than the refused one waits until the ledger has had time to show what that one charged. */
export async function unlessRefusedBefore(
  context: KeeperContext,
  { name }: AccountSpec,
  decision: Decision,
  need: Need | null,
): Promise<Decision> {
  if (decision.kind !== 'charge' || need === null || need.history.unusedKeys.length === 0) return decision;
  const { since, attempt } = keyedCall(decision, need.history, context.spec().revision);
  if (since !== null) return decision;
  const task = `other_bytes/${decision.action.kind}`;
  const digest = `${need.identity}/${need.anchor}/${attempt}`;
  const now = moneyNow(context);
  const known = context.upkeep.read(name, task);
  const isKnown = known?.digest === digest;
  const from = isKnown ? known.at : now;
  if (!isKnown) await context.upkeep.write(name, task, { digest, result: 'trying', detail: '', at: from });
  const until = addMs(from, OTHER_BYTES_WAIT_MS);
  if (now >= until) return decision;
  const sentence = `another charge for it was refused and let go; this one waits until ${formatInstant(until)}, when the provider would show it had it been made after all`;
  return hold('pacing', sentence, until);
}
