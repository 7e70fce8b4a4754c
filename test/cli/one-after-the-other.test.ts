import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { realClock } from '../../src/cli/real-clock.ts';
import { Store } from '../../src/store/store.ts';
import { OPTIONS } from '../store/a-store.ts';
import { AFleet } from './a-fleet.ts';
import { anIo } from './an-io.ts';

test('an order waits its turn behind other commands that have the store, as long as --wait says', async () => {
  const fleet = await AFleet.open({}, 1);
  const other = Store.openForKeeper(join(fleet.folder, 'purser.db'), OPTIONS);
  let isHeld = true;
  let waitedMs = 0;
  const { io, said } = anIo({
    env: fleet.surroundings.secrets ?? {},
    clock: {
      ...realClock,
      monotonicMs: () => realClock.monotonicMs() + waitedMs,
      // While the other has the store, time passes as it is waited for.
      sleep: async (durationMs, signal) => {
        if (!isHeld) return await realClock.sleep(durationMs, signal);
        waitedMs += durationMs;
        await setImmediate();
        if (waitedMs < 17_000) return;
        other.close();
        isHeld = false;
      },
    },
  });
  const config = join(fleet.folder, 'purser.yaml');
  const code = await runCli(['ensure', 'agent-0001', '60', '--config', config], io);
  expect({ code, stdout: said.stdout }).toEqual({
    code: 0,
    stdout: 'agent-0001: done: the wallet holds $72.00\n',
  });
  expect(await fleet.charges()).toHaveLength(1);
});
