import type { Charge } from './sandbox-process.ts';

/** What an account had at an instant, and what its agents spend from then on. */
export type Start = {
  readonly account: string;
  readonly at: number;
  readonly balance: number;
  readonly dollarsPerSecond: number;
  readonly minBalance: number;
};

/** Clocks are read on both sides of a request; so much of the burn may lie in between. */
const SLACK_MS = 500;

/**
 * Replays each wallet from its known burn and the charges alone: a top-up that executed while the true balance was at
 * or above the minimum is one too many (I1), whoever made it and whatever any journal says.
 */
export function needlessCharges(charges: readonly Charge[], starts: readonly Start[]): readonly string[] {
  const funds = Map.groupBy(
    charges.filter(({ kind, key }) => kind === 'fund' && key !== null),
    ({ account }) => account,
  );
  return starts.flatMap(({ account, at, balance: first, dollarsPerSecond, minBalance }) => {
    const slack = (dollarsPerSecond * SLACK_MS) / 1_000 + 0.01;
    const needless: string[] = [];
    let balance = first;
    let since = at;
    for (const charge of (funds.get(account) ?? []).toSorted((a, b) => a.at - b.at)) {
      const elapsedMs = Math.max(0, charge.at - since);
      balance = Math.max(0, balance - (dollarsPerSecond * elapsedMs) / 1_000);
      if (charge.at >= at && balance >= minBalance + slack) {
        const when = new Date(charge.at).toISOString();
        needless.push(
          `${account} at ${when}: $${balance.toFixed(2)} in the wallet, minimum $${minBalance} (${charge.key})`,
        );
      }
      if (charge.at >= at) balance += charge.amount_cents / 100;
      since = Math.max(since, charge.at);
    }
    return needless;
  });
}
