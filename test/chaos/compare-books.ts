import type { JournalIntent } from './journal-file.ts';
import type { Proof } from './proof.ts';
import type { Charge, SandboxRequest } from './sandbox-process.ts';

/** Charges that somebody's key asked for; renewals and native recharges have none. */
export function keyedCharges(charges: readonly Charge[]): readonly (Charge & { readonly key: string })[] {
  return charges.flatMap(({ key, ...charge }) => (key === null ? [] : [{ ...charge, key }]));
}

/** Keys that were charged more than once, in words. */
export function doubleCharges(charges: readonly Charge[]): readonly string[] {
  return [...Map.groupBy(keyedCharges(charges), ({ key }) => key)]
    .filter(([, same]) => same.length > 1)
    .map(
      ([key, same]) =>
        `${key} was charged ${same.length} times to ${same.map(({ account }) => account).join(', ')}`,
    );
}

/** The processor's record against the journal: one to one by key, and in cents (I9). */
export function compareBooks(
  proof: Proof,
  charges: readonly Charge[],
  intents: readonly JournalIntent[],
): void {
  const keyed = keyedCharges(charges);
  const charged = new Map(keyed.map((charge) => [charge.key, charge]));
  const settled = new Map(
    intents
      .filter(({ state, amount_cents }) => state === 'settled' && amount_cents > 0)
      .map((intent) => [intent.key, intent]),
  );
  proof.claim('every key was charged at most once', doubleCharges(charges));
  proof.claim(
    'every charge is a settled intent',
    keyed.flatMap(({ key, account, kind, at }) => {
      const intent = intents.find((one) => one.key === key);
      const seen = intent === undefined ? 'is unknown' : `is ${intent.state} (${intent.id})`;
      return settled.has(key)
        ? []
        : [`${kind} of ${account} at ${new Date(at).toISOString()}: ${key} ${seen}`];
    }),
  );
  proof.claim(
    'every settled intent is a charge',
    [...settled.values()].flatMap(({ key, id, account, kind }) =>
      charged.has(key) ? [] : [`${kind} ${id} of ${account}: ${key} was never charged`],
    ),
  );
  proof.claim(
    'account, kind and amount agree',
    [...settled.values()].flatMap((intent) => {
      const charge = charged.get(intent.key);
      if (charge === undefined) return [];
      const isSame =
        charge.account === intent.account &&
        charge.kind === intent.kind &&
        charge.amount_cents === intent.settled_cents;
      return isSame
        ? []
        : [
            `${intent.id}: ${intent.account} ${intent.kind} ${intent.settled_cents}, charged ${charge.account} ${charge.kind} ${charge.amount_cents}`,
          ];
    }),
  );
}

/** Each charge counts against the caps once, and nothing else does. */
export function compareCaps(
  proof: Proof,
  charges: readonly Charge[],
  committed: ReadonlyMap<string, number>,
): void {
  const byAccount = Map.groupBy(keyedCharges(charges), ({ account }) => account);
  const names = new Set([...byAccount.keys(), ...committed.keys()]);
  proof.claim(
    'the caps count each charge once',
    [...names].flatMap((account) => {
      const charged = (byAccount.get(account) ?? []).reduce((sum, { amount_cents }) => sum + amount_cents, 0);
      const counted = committed.get(account) ?? 0;
      return charged === counted ? [] : [`${account}: ${counted} cents counted, ${charged} charged`];
    }),
  );
}

/** I3: no POST under a key arrived that the journal had not promised before. */
export function compareSends(
  proof: Proof,
  requests: readonly SandboxRequest[],
  intents: readonly JournalIntent[],
): number {
  const posts = requests.filter(({ method, key }) => method === 'POST' && key !== null);
  const intentsByKey = Map.groupBy(intents, ({ key }) => key);
  const arrivedByKey = Map.groupBy(posts, ({ key }) => key ?? '');
  proof.claim(
    'no more POSTs arrived than were journalled',
    [...arrivedByKey].flatMap(([key, arrived]) => {
      const sends = (intentsByKey.get(key) ?? []).reduce((sum, intent) => sum + intent.sends, 0);
      return arrived.length <= sends ? [] : [`${key}: ${arrived.length} arrived, ${sends} journalled`];
    }),
  );
  return posts.length;
}
