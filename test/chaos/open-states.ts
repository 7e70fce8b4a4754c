import type { PurserProcess } from './purser-process.ts';
import { say } from './say.ts';
import { waitUntil } from './wait-until.ts';

/** States of an intent that is not closed (charging.md). */
const OPEN_STATES = ['armed', 'in_doubt', 'charged', 'action', 'declined'];
/** Between the last charge that closes and the one that would follow, a pass goes by. */
const QUIET_LOOKS = 3;

/** Waits until no intent is open, several looks in a row. Returns what is open still, in words, when time is over. */
export async function waitUntilQuiet(
  purser: PurserProcess,
  options: { readonly minutes: number },
): Promise<readonly string[]> {
  let quietLooks = 0;
  let open: Awaited<ReturnType<PurserProcess['intents']>> = [];
  let lastSaid = performance.now();
  await waitUntil(
    async () => {
      open = await purser.intents(OPEN_STATES);
      quietLooks = open.length === 0 ? quietLooks + 1 : 0;
      if (performance.now() - lastSaid > 10_000) {
        say(`${open.length} intents are open still`);
        lastSaid = performance.now();
      }
      return quietLooks >= QUIET_LOOKS;
    },
    { timeoutMs: options.minutes * 60_000, everyMs: 1_000 },
  );
  // As the last look saw them: another one may meet a charge that was armed that instant.
  return open.map(
    ({ id, account, kind, state, sends, armed_at }) =>
      `${id} of ${account}: ${kind} ${state}, ${sends} sends, armed at ${armed_at}`,
  );
}
