import type { Account } from '../../src/sandbox/provider/account.ts';
import type { World } from '../../src/sandbox/provider/world.ts';
import { knows, listWord } from './knowledge.ts';
import type { OwnCharge, Told } from './own-charge.ts';
import type { WireCall } from './wire-call.ts';

/** Later it is a new debt, by design. */
const REPAIR_AGAIN_MS = 7 * 24 * 3_600_000;

/**
 * I1, of repairs: whether what was repaired a while ago is paid for again. A late word of an old failure is no new debt; who
 * sees it before a quarter of the period is over, or a week, asks a person.
 */
export function repairedAgain(
  {
    kind,
    key,
    account,
    atMs,
    letGoAtMs,
  }: {
    readonly kind: string;
    readonly key: string;
    readonly account: string;
    readonly atMs: number;
    /** When a person last said that the account may be charged again, whatever was done before. */
    readonly letGoAtMs: number;
  },
  by: Told,
  charges: readonly OwnCharge[],
  /** Of the subscription, before it was paid. */
  period: Period | null,
): { readonly sentence: string; readonly isHonest: boolean } | null {
  if (kind !== 'fix_payment' || period === null) return null;
  const earlier = charges.findLast(
    (one) => one.kind === kind && one.account === account && one.subscription === period.subscription,
  );
  if (earlier === undefined || !knows(by.knew, earlier, charges)) return null;
  const agoMs = atMs - earlier.atMs;
  const isSame = period.endMs - earlier.atMs > 4 * agoMs && agoMs < REPAIR_AGAIN_MS;
  const agoMin = Math.round(agoMs / 60_000);
  if (!isSame) return null;
  const sentence = `repaired again under ${key}, ${agoMin} min after ${earlier.key}`;
  return { sentence, isHonest: letGoAtMs > earlier.atMs };
}

/** The subscription that a request names, and the end of its period. */
export type Period = { readonly subscription: number; readonly endMs: number };

/** `null` where the request names none. */
export function periodOf(world: World, { account, path }: WireCall): Period | null {
  const [, id] = /\/subscriptions\/(\d+)\//.exec(path) ?? [];
  const { subscriptions = [] } = world.accounts[account] ?? {};
  const named = subscriptions.find((one) => String(one.id) === id);
  return named === undefined ? null : { subscription: named.id, endMs: named.periodEnd };
}

/**
 * I1, of subscriptions: whether one was bought beside another that lives. Nobody else buys any, so the other one was there
 * before, or is purser's own; only of another database's does nobody tell.
 */
export function boughtBeside(
  { name, subscriptions }: Account,
  { kind, key }: { readonly kind: string; readonly key: string },
  by: Told,
  charges: readonly OwnCharge[],
): { readonly sentence: string; readonly isHonest: boolean } | null {
  const [other, ...more] = subscriptions.filter(({ status }) => status !== 'canceled');
  if (kind !== 'subscribe' || other === undefined || more.length === 0) return null;
  const earlier = charges.findLast((one) => one.account === name && one.kind === kind);
  const isOthers =
    earlier !== undefined && earlier.lineage !== by.lineage && !knows(by.knew, earlier, charges);
  // Where no list has ever shown the other one, nobody could know of it.
  const isHonest = isOthers || (earlier === undefined && !by.knew.has(listWord(other.id)));
  return { sentence: `bought under ${key} beside subscription ${other.id} (${other.status})`, isHonest };
}
