import type { AccountName } from '../domain/ids.ts';
import type { Plan } from '../domain/observation.ts';
import type { FleetSpec } from '../domain/spec.ts';
import { newRuntime } from '../keeper/account-runtime.ts';
import { type PlannedAccount, planAccount } from '../keeper/plan-account.ts';
import { TokenSource } from '../keeper/token-source.ts';
import type { CliIo } from './cli-io.ts';
import type { Daemon } from './daemon.ts';

const CONCURRENCY = 32;

/** Plans every account of the config, in its order; `progress` is told of each. */
export async function planAll(
  daemon: Daemon,
  progress: CliIo['progress'],
): Promise<readonly PlannedAccount[]> {
  const { context } = daemon;
  context.beside.mode = 'off';
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
      progress(planned.size, accounts.length);
    }
  });
  await Promise.all(lanes);
  return accounts.flatMap((account) => planned.get(account.name) ?? []);
}

/** Where to look first when no account could be seen; none where one could, or was answered. */
export function blindNotes({ provider }: FleetSpec, planned: readonly PlannedAccount[]): readonly string[] {
  const isBlind =
    provider.kind === 'remote' && planned.every((one) => one.kind === 'unseen' && !one.isRefused);
  return isBlind
    ? [`no account could be seen at ${provider.baseUrl}: is the network up, and provider.base_url right?`]
    : [];
}

/** The provider's plans, by an account that could be seen; `null` where none could, or they cannot be read. */
export async function priceList(
  daemon: Daemon,
  planned: readonly PlannedAccount[],
): Promise<readonly Plan[] | null> {
  const seen = planned.find((one) => one.kind === 'decided');
  return seen === undefined ? null : await daemon.context.plans.read(seen.sight.caller);
}
