import type { Account } from '../../src/sandbox/provider/account.ts';

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };
type Wallet = Record<'balance' | 'total_credited' | 'amount_used', number>;
type Data = { items?: { id: number }[]; count?: number; total?: number; wallet?: Wallet; balance?: number };

export type Tear = 'torn' | 'wallet_behind_rows' | 'rows_behind_wallet';

/** A wallet answer with parts of different instants, as caches behind a proxy make them. */
export function torn(answer: Answer, account: Account, tear: Tear): Answer {
  const before = account.beforeLastCredit;
  return changed(answer, (data) => {
    if (before === null) return;
    const old = {
      balance: (before.creditedMicroUsd - before.usedMicroUsd) / 1e6,
      total_credited: before.creditedMicroUsd / 1e6,
      amount_used: before.usedMicroUsd / 1e6,
    };
    if (data.wallet === undefined) data.balance = old.balance;
    else if (tear === 'torn') data.wallet.balance = old.balance;
    else if (tear === 'wallet_behind_rows') Object.assign(data.wallet, old);
    else keepRows(data, (row) => row.id <= before.lastRowId);
  });
}

/** One row is left out; the total may or may not know of it. */
export function withoutRow(answer: Answer, chance: number): Answer {
  return changed(answer, (data) => {
    const items = data.items ?? [];
    const gone = items[Math.floor(chance * items.length)];
    const total = data.total;
    keepRows(data, (row) => row !== gone);
    if (total !== undefined && chance * 10 - Math.floor(chance * 10) < 0.5) data.total = total;
  });
}

/** One of the subscriptions is left out of their list. */
export function withoutSubscription(list: unknown, chance: number): unknown {
  if (!Array.isArray(list)) return list;
  const gone = Math.floor(chance * list.length);
  return list.filter((_, index) => index !== gone);
}

/** One row stands there twice. */
export function withRowTwice(answer: Answer, chance: number): Answer {
  return changed(answer, (data) => {
    const items = data.items ?? [];
    const again = items[Math.floor(chance * items.length)];
    if (again === undefined) return;
    data.items = items.flatMap((row) => (row === again ? [row, row] : [row]));
    data.total = (data.total ?? items.length) + 1;
  });
}

function keepRows(data: Data, isKept: (row: { id: number }) => boolean): void {
  const items = data.items ?? [];
  const kept = items.filter(isKept);
  data.total = (data.total ?? items.length) - (items.length - kept.length);
  data.items = kept;
  data.count = kept.length;
}

function changed(answer: Answer, change: (data: Data) => void): Answer {
  if (answer.status >= 300) return answer;
  const copy = structuredClone(answer);
  change(copy.body['data'] as Data); // what the sandbox answers to the two wallet reads
  return copy;
}
