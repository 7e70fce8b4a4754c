import { onOperator } from '../../src/charge/step.ts';
import { resumeAccount } from '../../src/cli/resume-account.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { Store } from '../../src/store/store.ts';
import { HostClock } from './host-clock.ts';
import type { Run } from './run.ts';

/** Nothing may be on its way any more when a person says what became of it. */
const STILL_MS = 20 * MINUTE_MS;

/** A person looks at the provider, then runs `purser resolve` and `purser resume` where they are asked for. */
export function operate(run: Run): void {
  lookAfter(run).catch((error: unknown) => run.trace.tell(`the operator gives up: ${String(error)}`));
}

async function lookAfter(run: Run): Promise<void> {
  const { main, timeline, oracle, world } = run;
  if (main.isDead) return;
  const clock = new HostClock(timeline, {
    whenAwake: (work) => work(),
    skewMs: () => main.skewMs,
    bootedAtMs: 0,
  });
  const store = Store.openForCommand(main.path, {
    create: false,
    random: { uniform: () => 0.5, hex: (count) => `${timeline.nowMs.toString(16)}`.padStart(count * 2, 'e') },
    repeatMs: () => 0,
    clean: (text) => text,
  });
  try {
    for (const intent of await store.journal.allOpenIntents()) {
      const holds = await store.journal.holds(intent.account);
      const isHeld = holds.some((hold) => hold.intent === intent.id);
      if (!isHeld || timeline.nowMs - intent.lastSendAt < STILL_MS) continue;
      const verdict = oracle.executions(intent.key) > 0 ? 'charged' : 'not_charged';
      const now = clock.now();
      const { intent: after } = onOperator(intent, verdict, now);
      await store.journal.record({
        before: intent,
        after,
        now,
        why: 'operator',
        freeze: null,
        incidents: [],
      });
      await store.journal.endFreezeOver(intent, [], now);
      run.trace.tell(`the operator resolves ${intent.id} as ${verdict}`);
    }
    for (const { name } of run.plan.accounts) {
      const hidden = world.accounts[name]?.rows.some((row) => row.visibleAt > timeline.nowMs) ?? true;
      const account = [...run.specOf(main, 0).accounts.keys()].find((one) => one === name);
      if (hidden || account === undefined) continue;
      const holds = await store.journal.holds(account);
      const open = await store.journal.openIntents(account);
      if (holds.length === 0 || open.some((intent) => holds.some((hold) => hold.intent === intent.id)))
        continue;
      const now = clock.now();
      oracle.lookedAfter(name); // before the writes: one that fails may be in the database all the same
      for (const _ of holds) await resumeAccount(store, account, now);
      run.trace.tell(`the operator resumes ${name}`);
    }
  } finally {
    store.close();
  }
}
