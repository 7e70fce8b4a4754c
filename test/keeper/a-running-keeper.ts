import { onTestFinished } from 'vitest';
import type { CronTicks } from '../../src/keeper/cron-ticks.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import type { SandboxClient } from '../sandbox/sandbox-client.ts';
import { AKeeper, type Opening } from './a-keeper.ts';

const noCron: CronTicks = { start: () => () => undefined };

/** The whole keeper at work, on the clock of its sandbox. Stopped when the test ends. */
export async function runOn(client: SandboxClient, opening: Opening, cron = noCron) {
  const parts = await AKeeper.open(client, { clock: client.clock, ...opening });
  const keeper = new Keeper(parts.context, { cron, onToken: () => undefined });
  const finished = keeper.run();
  onTestFinished(async () => {
    parts.stop.abort();
    await finished;
  });
  return { parts, keeper, finished };
}
