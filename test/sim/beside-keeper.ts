import type { Dispatcher } from '../../src/alerts/dispatcher.ts';
import type { KeeperContext } from '../../src/keeper/context.ts';
import type { Keeper } from '../../src/keeper/keeper.ts';
import type { Life } from './life.ts';
import type { Run } from './run.ts';
import type { Timeline } from './timeline.ts';

const DELIVER_AGAIN_MS = 5_000;
/** The daemon takes a time of two minutes without a look of its own for one in which its host slept. */
const AWAKE_EVERY_MS = 100_000;
const RELOAD_AGAIN_MS = 60_000;

/** Delivers messages until the process is told to stop, whatever the disk does. */
export async function deliver(
  dispatcher: Dispatcher,
  { clock, log, stopping }: KeeperContext,
  keeper: Keeper,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      await dispatcher.run(stopping);
    } catch (error) {
      log.error('alerts.failed', { error });
      keeper.health.noteFailure(error);
      await clock.sleep(DELIVER_AGAIN_MS, stopping);
    }
  }
}

/**
 * Of the daemon's look around every five seconds only the question whether its host slept: the looks themselves come
 * late here, and without it each of them would be a host that wakes up.
 */
export function stayAwake(
  { firstRound, stopping }: KeeperContext,
  {
    life,
    timeline,
    whenAwake,
  }: {
    readonly life: Life;
    readonly timeline: Timeline;
    readonly whenAwake: (work: () => void) => void;
  },
): void {
  const ask = (): void => {
    if (life.isDead || stopping.aborted) return;
    firstRound.beforeAsked();
    timeline.after(AWAKE_EVERY_MS, () => whenAwake(ask));
  };
  timeline.after(AWAKE_EVERY_MS, () => whenAwake(ask));
}

/** The config that a process has now, again and again until it is taken over, as `src/cli/reloader.ts` does it. */
export function takeOver(
  machine: { readonly keeper: Keeper | null },
  { timeline, trace }: Pick<Run, 'timeline' | 'trace'>,
): void {
  const { keeper } = machine;
  keeper?.respec().catch((error: unknown) => {
    trace.add(`reload failed ${String(error)}`);
    timeline.after(RELOAD_AGAIN_MS, () => {
      if (machine.keeper === keeper) takeOver(machine, { timeline, trace });
    });
  });
}
