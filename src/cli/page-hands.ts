import type { AccountName } from '../domain/ids.ts';
import { SECOND_MS } from '../domain/time.ts';
import type { Keeper } from '../keeper/keeper.ts';
import type { AccountView } from '../keeper/view.ts';
import type { Handled, Hands } from '../server/hands.ts';
import { type CliIo, ExitWith } from './cli-io.ts';
import type { Daemon } from './daemon.ts';
import { rechargeNote } from './recharge-note.ts';
import type { Reloader } from './reloader.ts';
import { resumeAccount, resumedText } from './resume-account.ts';

const SHOWN_WITHIN_MS = 3 * SECOND_MS;
const SHOWN_LOOK_EVERY_MS = 50;
const NO_SUCH: Handled = { outcome: 'unknown_account', text: 'The config has no such account.' };

/** Looks, `purser pause`, `purser resume` and SIGHUP, asked for over HTTP. Without a reloader the config stays. */
export function pageHands(
  io: Pick<CliIo, 'clock'>,
  daemon: Pick<Daemon, 'context' | 'store'> & { readonly keeper: Pick<Keeper, 'hurry'> },
  reloader: Pick<Reloader, 'reload' | 'changed'> | null,
): Hands {
  const { context, store, keeper } = daemon;
  const accountOf = (name: string): AccountName | null =>
    context.spec().accounts.get(name as AccountName)?.name ?? null; // a name that is none finds nothing
  return {
    check: async (name) => {
      const account = accountOf(name);
      if (account === null) return NO_SUCH;
      const before = context.view.seenAt(account);
      keeper.hurry(account);
      await shown(context, account, () => context.view.seenAt(account) !== before);
      const view = context.view.account(account);
      if (view === null || context.view.seenAt(account) === before)
        return { outcome: 'refused', text: `${account} was not seen yet. ${view?.failure ?? 'Ask again.'}` };
      const sentences = [view.wallet, view.subscription].flatMap((decision) => decision?.sentence ?? []);
      return { outcome: 'done', text: `${account} was looked at: ${sentences.join('; ')}.` };
    },
    pause: async (name, reason) => {
      const account = accountOf(name);
      if (account === null) return NO_SUCH;
      await store.journal.setHold(
        { account, kind: 'pause', reason, since: io.clock.now(), intent: null },
        [],
      );
      context.log.info('account.paused', { account, reason, by: 'http' });
      keeper.hurry(account);
      await shown(context, account, (view) => view.paused === reason);
      const note = rechargeNote(store.upkeep, account);
      return { outcome: 'done', text: `${account} is paused (${reason}).${note === null ? '' : ` ${note}`}` };
    },
    resume: async (name, seen) => {
      const account = accountOf(name);
      if (account === null) return NO_SUCH;
      try {
        const resumed = await resumeAccount(store, account, io.clock.now(), seen);
        context.log.info('account.resumed', { ...resumed, by: 'http' });
        keeper.hurry(account);
        await shown(context, account, (view) => view.frozen === null && view.paused === resumed.still_paused);
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
      const why = await reloader.reload();
      if (why !== null) return { outcome: 'refused', text: why };
      const { changed } = reloader;
      const what = changed.length === 0 ? 'nothing changed' : `changed: ${changed.join('; ')}`;
      return { outcome: 'done', text: `The config is loaded, revision ${context.spec().revision}; ${what}.` };
    },
  };
}

/** Waits a little for the pass that shows it, so that the page that follows does not say what was. */
async function shown(
  { clock, view }: Daemon['context'],
  account: AccountName,
  isShown: (view: AccountView) => boolean,
): Promise<void> {
  const endMs = clock.monotonicMs() + SHOWN_WITHIN_MS;
  while (clock.monotonicMs() < endMs) {
    const seen = view.account(account);
    if (seen === null || isShown(seen)) return;
    await clock.sleep(SHOWN_LOOK_EVERY_MS);
  }
}
