import type { AccountName } from '../domain/ids.ts';
import { formatCents } from '../domain/money.ts';
import { DAY_MS } from '../domain/time.ts';
import type { UpkeepMemory } from '../domain/upkeep.ts';
import { disableAutoFunding, enableAutoFunding } from '../modelslab/wallet.ts';
import type { UpkeepRun } from './upkeep.ts';

/** It cannot be read back (API sheet #18), so it is said again now and then. */
const SAY_AGAIN_MS = 7 * DAY_MS;
export const AUTO_FUNDING_TASK = 'auto_funding';
const OFF = 'off';
const LEFT_ALONE = 'left alone';

/** The provider's own recharge, as the policy declares it; `leave` does nothing, also where it was set before. */
export const keepAutoFunding: UpkeepRun = async (context, account, caller) => {
  const wanted = account.policy.wallet?.autoFunding ?? { kind: 'leave' };
  const digest = JSON.stringify([wanted, (await context.journal.memory(account.name)).identity]);
  const known = context.upkeep.read(account.name, AUTO_FUNDING_TASK);
  const now = context.clock.now();
  if (wanted.kind === 'leave') {
    // Whoever has it now may change it: what is declared next is said anew, even where it is the same as before.
    if (known === null || known.digest === digest) return null;
    const record = { digest, result: 'done', detail: LEFT_ALONE, at: now } as const;
    await context.upkeep.write(account.name, AUTO_FUNDING_TASK, record);
    return null;
  }
  if (known !== null && known.digest === digest && now - known.at < SAY_AGAIN_MS) return null;
  const reply =
    wanted.kind === 'off'
      ? await disableAutoFunding(context.client, caller)
      : await enableAutoFunding(context.client, caller, wanted);
  if (reply.kind === 'failed') {
    context.log.warn('upkeep.failed', {
      account: account.name,
      task: AUTO_FUNDING_TASK,
      reason: reply.failure.reason,
    });
    return `the provider's own recharge could not be ${wanted.kind === 'off' ? 'turned off' : 'set'}: ${reply.failure.message}`;
  }
  const detail =
    wanted.kind === 'off'
      ? OFF
      : `${formatCents(wanted.amountCents)} below ${formatCents(wanted.thresholdCents)}`;
  await context.upkeep.write(account.name, AUTO_FUNDING_TASK, { digest, result: 'done', detail, at: now });
  context.log.info('upkeep.done', { account: account.name, task: AUTO_FUNDING_TASK, detail });
  return null;
};

/** The recharge that purser set last, in words; `null` where it set none, turned it off or leaves it to others. */
export function rechargeSet(upkeep: Pick<UpkeepMemory, 'read'>, account: AccountName): string | null {
  const detail = upkeep.read(account, AUTO_FUNDING_TASK)?.detail ?? OFF;
  return detail === OFF || detail === LEFT_ALONE ? null : detail;
}
