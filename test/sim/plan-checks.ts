import type { Account } from '../../src/sandbox/provider/account.ts';
import { knows } from './knowledge.ts';
import type { OwnCharge, Told } from './own-charge.ts';

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
  const isHonest =
    earlier !== undefined && earlier.lineage !== by.lineage && !knows(by.knew, earlier, charges);
  return { sentence: `bought under ${key} beside subscription ${other.id} (${other.status})`, isHonest };
}
