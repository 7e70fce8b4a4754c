import type { PostedOrder } from '../store/hand-orders.ts';
import type { Daemon } from './daemon.ts';

const LOOK_EVERY_MS = 250;

/** Does what commands beside this daemon have posted, until the stop; each gets its answer, however the order ends. */
export async function servePostedOrders(daemon: Daemon, stop: AbortSignal): Promise<void> {
  const { context, store, keeper } = daemon;
  const { handOrders } = store;
  const atWork = new Set<Promise<void>>();
  await handOrders.interrupt();
  while (!stop.aborted) {
    try {
      const posted = handOrders.isWaiting() ? await handOrders.take(context.clock.now()) : [];
      for (const one of posted) {
        const work = serve(daemon, one, stop);
        atWork.add(work);
        void work.then(() => atWork.delete(work)); // `serve` never rejects
      }
    } catch (error) {
      context.log.error('orders.failed', { error });
      keeper.health.noteFailure(error);
    }
    await context.clock.sleep(LOOK_EVERY_MS, stop);
  }
  await Promise.all(atWork);
}

async function serve(daemon: Daemon, posted: PostedOrder, stop: AbortSignal): Promise<void> {
  const { context, store, keeper } = daemon;
  const { id, account, order, timeoutMs } = posted;
  context.log.info('order.taken', { account, order: order.kind, id });
  const answer = await keeper.order(account, order, { timeoutMs, signal: stop });
  const { outcome, reason, sentence, intent } = answer;
  context.log.info('order.answered', {
    account,
    order: order.kind,
    id,
    outcome,
    reason,
    sentence,
    intent: intent ?? undefined,
  });
  try {
    await store.handOrders.answer(id, answer);
  } catch (error) {
    context.log.error('order.unanswered', { account, id, error });
  }
}
