import { fingerprint } from '../alerts/fingerprint.ts';
import type { AccountName } from '../domain/ids.ts';
import type { Keeper } from '../keeper/keeper.ts';
import type { Handled, Hands } from '../server/hands.ts';
import { type CliIo, ExitWith } from './cli-io.ts';
import type { Daemon } from './daemon.ts';
import type { Reloader } from './reloader.ts';
import { resumeAccount, resumedText } from './resume-account.ts';

const RELOAD_FAILED = fingerprint('purser.degraded', 'purser', 'config_reload_failed');
const NO_SUCH: Handled = { outcome: 'unknown_account', text: 'The config has no such account.' };

/** `purser pause`, `purser resume` and SIGHUP, asked for over HTTP. Without a reloader the config stays. */
export function pageHands(
  io: Pick<CliIo, 'clock'>,
  daemon: Pick<Daemon, 'context' | 'store'> & { readonly keeper: Pick<Keeper, 'hurry'> },
  reloader: Pick<Reloader, 'reload'> | null,
): Hands {
  const { context, store, keeper } = daemon;
  const accountOf = (name: string): AccountName | null =>
    context.spec().accounts.get(name as AccountName)?.name ?? null; // a name that is none finds nothing
  return {
    pause: async (name, reason) => {
      const account = accountOf(name);
      if (account === null) return NO_SUCH;
      await store.journal.setHold(
        { account, kind: 'pause', reason, since: io.clock.now(), intent: null },
        [],
      );
      context.log.info('account.paused', { account, reason, by: 'http' });
      keeper.hurry(account);
      return { outcome: 'done', text: `${account} is paused (${reason}).` };
    },
    resume: async (name) => {
      const account = accountOf(name);
      if (account === null) return NO_SUCH;
      try {
        const resumed = await resumeAccount(store, account, io.clock.now());
        context.log.info('account.resumed', { ...resumed, by: 'http' });
        keeper.hurry(account);
        return { outcome: 'done', text: resumedText(resumed) };
      } catch (error) {
        if (!(error instanceof ExitWith)) throw error;
        return { outcome: 'refused', text: `${error.told.message}. ${error.told.mend ?? ''}` };
      }
    },
    acknowledge: async (fingerprint, note) => {
      const state = store.incident(fingerprint);
      if (state === null || state.status === 'resolved')
        return { outcome: 'unknown_incident', text: 'There is no such incident, or it is over.' };
      await store.journal.tell([{ kind: 'acknowledge', fingerprint, note }], io.clock.now());
      context.onTold();
      context.log.info('incident.acknowledged', { fingerprint, by: 'http' });
      return { outcome: 'done', text: `${state.fact.headline}: acknowledged.` };
    },
    reload: async () => {
      if (reloader === null) return { outcome: 'refused', text: 'This purser does not reload its config.' };
      await reloader.reload();
      const failed = store.firingIncidents().find(({ fingerprint }) => fingerprint === RELOAD_FAILED);
      if (failed !== undefined)
        return { outcome: 'refused', text: `${failed.fact.headline}. ${failed.fact.detail}` };
      return { outcome: 'done', text: `The config is loaded, revision ${context.spec().revision}.` };
    },
  };
}
