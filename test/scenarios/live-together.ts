import type { AKeeper } from '../keeper/a-keeper.ts';

const GAP_MIN_MS = 200;

/** Passes over several accounts of one keeper, each when its own schedule says, until so much time has gone by. */
export async function liveTogether(
  keeper: AKeeper,
  names: readonly string[],
  durationMs: number,
): Promise<void> {
  const { clock } = keeper.client;
  const endMs = clock.now() + durationMs;
  const dueMs = new Map(names.map((name) => [name, clock.now() as number]));
  for (;;) {
    const [name, atMs] = [...dueMs].reduce((soonest, one) => (one[1] < soonest[1] ? one : soonest));
    if (atMs >= endMs) break;
    clock.advance(Math.max(0, atMs - clock.now()));
    const { until } = await keeper.pass(name);
    const { schedule } = keeper.account(name);
    const pollMs = schedule.kind === 'every' ? schedule.periodMs : durationMs;
    const askedMs = until === null ? pollMs : Math.max(GAP_MIN_MS, until - clock.now());
    dueMs.set(name, clock.now() + Math.min(pollMs, askedMs));
  }
  clock.advance(Math.max(0, endMs - clock.now()));
}
