import type { Dispatcher } from '../../src/alerts/dispatcher.ts';
import type { KeeperContext } from '../../src/keeper/context.ts';
import type { Keeper } from '../../src/keeper/keeper.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';

const DELIVER_AGAIN_MS = 5_000;
/** The daemon takes a time of two minutes without a look of its own for one in which its host slept. */
const AWAKE_EVERY_MS = 100_000;

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
