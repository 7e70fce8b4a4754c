import type { HandAnswer, HandOrder } from '../domain/hand-order.ts';
import { PurserError } from '../domain/purser-error.ts';
import { type AccountSpec, type FleetSpec, isRemote } from '../domain/spec.ts';
import { addMs, SECOND_MS } from '../domain/time.ts';
import { ProcessLock } from '../store/process-lock.ts';
import { type CliIo, EXIT, ExitWith } from './cli-io.ts';
import { type Daemon, openDaemon } from './daemon.ts';
import { SANDBOX_INSIDE } from './open-account.ts';
import { openStore } from './open-store.ts';
import { quietLog } from './quiet-log.ts';

export type ByHand = {
  readonly spec: FleetSpec;
  readonly account: AccountSpec;
  readonly order: HandOrder;
  /** How long to wait for the end of it. */
  readonly timeoutMs: number;
};

/** A keeper looks for orders four times a second; one that does not look within so long is none. */
const TAKEN_WITHIN_MS = 5 * SECOND_MS;
/** Other commands may have the store, one after the other, and none of them takes orders. */
const FREE_LOOK_EVERY_MS = SECOND_MS;
const NOT_TAKEN = 'stopped before it was begun, and nothing was done';
/** What the answer says itself. */
const IN_THE_ANSWER = new Set(['charge.rejected']);
const LOOK_EVERY_MS = 100;
/** However short the wait for the end of the order is: a keeper that stops needs as long. */
const TURN_WAIT_MIN_MS = 15 * SECOND_MS;
/** For the last word of a keeper whose own wait is over. */
const ANSWER_SLACK_MS = 5 * SECOND_MS;

/**
 * Has an order done by the one process that may charge: by this one where no keeper runs, else by the running one,
 * which is asked through the store. Ends the command where neither is possible.
 */
export async function orderByHand(io: CliIo, wish: ByHand): Promise<HandAnswer> {
  const endMs = io.clock.monotonicMs() + Math.max(wish.timeoutMs, TURN_WAIT_MIN_MS);
  do {
    const daemon = await openIfAlone(io, wish.spec);
    if (daemon !== null) return await workAlone(io, daemon, wish);
    const answer = await askKeeper(io, wish);
    if (answer !== null) return answer;
    // `npm start` takes none: what it plays is between its sandbox and itself.
    if (!isRemote(wish.spec.provider)) throw new ExitWith(EXIT.usage, SANDBOX_INSIDE);
  } while (io.clock.monotonicMs() < endMs && !io.stop.aborted);
  if (io.stop.aborted) throw new ExitWith(EXIT.interrupted, { code: 'interrupted', message: NOT_TAKEN });
  throw new ExitWith(EXIT.failure, {
    code: 'not_taken',
    message: 'the purser that runs on this store does not take orders, and nothing was done',
    mend: 'Is it stopping, or hung? `purser healthcheck` asks it; then try again.',
  });
}

async function openIfAlone(io: CliIo, spec: FleetSpec): Promise<Daemon | null> {
  try {
    return await openDaemon({ io, spec, log: quietLog(io, IN_THE_ANSWER), stop: io.stop, role: 'keeper' });
  } catch (error) {
    if (error instanceof PurserError && error.code === 'store_in_use') return null;
    throw error;
  }
}

async function workAlone(io: CliIo, daemon: Daemon, wish: ByHand): Promise<HandAnswer> {
  try {
    const { account, order, timeoutMs } = wish;
    const answer = await daemon.keeper.orderAlone(account.name, order, { timeoutMs, signal: io.stop });
    await daemon.dispatcher.deliverDue(io.stop);
    await daemon.dispatcher.close();
    return answer;
  } finally {
    await daemon.close();
  }
}

/** `null` where nobody took it: then it was taken back, and may be asked again. */
async function askKeeper(io: CliIo, wish: ByHand): Promise<HandAnswer | null> {
  const { account, order, timeoutMs } = wish;
  const store = openStore(io, wish.spec, { create: false });
  try {
    const { handOrders } = store;
    const id = `ord_${io.random.hex(8)}`;
    const now = io.clock.now();
    const startedMs = io.clock.monotonicMs();
    let lookedMs = 0;
    const times = { now, expiresAt: addMs(now, TAKEN_WITHIN_MS) };
    await handOrders.post({ id, account: account.name, order, timeoutMs }, times);
    for (;;) {
      const progress = handOrders.progress(id);
      const waitedMs = io.clock.monotonicMs() - startedMs;
      if (progress.kind === 'answered') return progress.answer;
      if (progress.kind === 'interrupted' || (progress.kind === 'taken' && io.stop.aborted)) return LOST;
      if (progress.kind === 'unknown') return null;
      const isLookDue = progress.kind === 'posted' && waitedMs - lookedMs >= FREE_LOOK_EVERY_MS;
      if (isLookDue) lookedMs = waitedMs;
      const isFree = isLookDue && !ProcessLock.isTaken(wish.spec.store.path);
      const patienceMs = progress.kind === 'posted' ? TAKEN_WITHIN_MS : timeoutMs + ANSWER_SLACK_MS;
      if (progress.kind === 'posted' && (io.stop.aborted || isFree || waitedMs > patienceMs)) {
        if (await handOrders.withdraw(id)) return null;
      } else if (waitedMs > patienceMs) return LOST;
      await io.clock.sleep(LOOK_EVERY_MS, progress.kind === 'posted' ? io.stop : undefined);
    }
  } finally {
    store.close();
  }
}

const LOST: HandAnswer = {
  outcome: 'open',
  reason: 'interrupted',
  sentence: 'purser had taken it and was interrupted; look at `purser explain` before asking again',
  intent: null,
  requestId: null,
  until: null,
  link: null,
};
