import type { AccountName } from '../domain/ids.ts';
import { newRuntime } from '../keeper/account-runtime.ts';
import { type PlannedAccount, planAccount } from '../keeper/plan-account.ts';
import { TokenSource } from '../keeper/token-source.ts';
import type { Daemon } from './daemon.ts';

const CONCURRENCY = 32;

/** Plans every account of the config, in its order. */
export async function planAll(daemon: Daemon): Promise<readonly PlannedAccount[]> {
  const { context } = daemon;
  const accounts = [...context.spec().accounts.values()];
  const planned = new Map<AccountName, PlannedAccount>();
  const queue = accounts.values();
  const lanes = Array.from({ length: CONCURRENCY }, async () => {
    for (const account of queue) {
      const tokens = new TokenSource({
        ...context,
        account: account.name,
        mayRotate: () => false,
        onToken: daemon.onToken,
      });
      planned.set(account.name, await planAccount(context, account, newRuntime(account.name, tokens)));
    }
  });
  await Promise.all(lanes);
  return accounts.flatMap((account) => planned.get(account.name) ?? []);
}
