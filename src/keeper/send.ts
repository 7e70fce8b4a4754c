import { onAnswer, onMootRefusal } from '../charge/answer-step.ts';
import type { Intent } from '../charge/intent.ts';
import { readOutcome } from '../charge/outcome.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { isRefusalMoot } from './moot-refusal.ts';
import type { Sight } from './observe.ts';
import { recordStep } from './record-step.ts';

/** How long a money call may wait for room under the rate limit before it is journalled as sent. */
const ROOM_TIMEOUT_MS = 30_000;

/** Waits for room under the provider's rate limit; false where there is none, and nothing was journalled yet. */
export function hasRoom(
  context: KeeperContext,
  intent: Pick<Intent, 'account' | 'endpoint'>,
): Promise<boolean> {
  const patience = { timeoutMs: ROOM_TIMEOUT_MS, signal: context.stopping };
  return context.client.ready(intent.account, intent.endpoint, patience);
}

/** Whether there is room still, where something was asked since. */
export function isRoomNow(
  context: KeeperContext,
  intent: Pick<Intent, 'account' | 'endpoint'>,
): Promise<boolean> {
  return context.client.ready(intent.account, intent.endpoint, { timeoutMs: 0, signal: context.stopping });
}

/**
 * A replay: the same key, the same bytes, a journalled send of its own. `maySend` is asked when there is room: a reload
 * or a person may have forbidden it meanwhile.
 */
export async function sendAgain(
  context: KeeperContext,
  one: { intent: Intent; sight: Sight; account: AccountSpec | null; maySend: () => Promise<boolean> },
): Promise<Intent> {
  const isClear = (await hasRoom(context, one.intent)) && (await one.maySend());
  if (!isClear || !(await isRoomNow(context, one.intent))) return one.intent;
  const intent = await context.journal.recordSend(one.intent, moneyNow(context));
  context.log.info('charge.replayed', {
    account: intent.account,
    intent: intent.id,
    key: intent.key,
    sends: intent.sends,
  });
  return await sendJournalled(context, { ...one, intent });
}

/** One POST for the send that was just journalled (I3), and what its answer means. Never aborted once it left. */
export async function sendJournalled(
  context: KeeperContext,
  one: { intent: Intent; sight: Sight; account: AccountSpec | null },
): Promise<Intent> {
  const { intent, sight, account } = one;
  const answer = await context.client.exchange({
    account: intent.account,
    token: sight.caller.token,
    endpoint: intent.endpoint,
    pathId: intent.pathId ?? undefined,
    body: intent.body === '' ? undefined : intent.body,
    idempotencyKey: intent.key,
  });
  const outcome = readOutcome(answer, intent.kind);
  const told = onAnswer(intent, outcome, moneyNow(context));
  const isRefused = outcome.kind === 'rejected' && told.intent.state.kind === 'rejected';
  const isMoot = isRefused && told.freeze !== null && (await isRefusalMoot(context, one));
  const step = isMoot ? onMootRefusal(intent, outcome.code, moneyNow(context)) : told;
  const requestId = answer.kind === 'answered' ? answer.requestId : null;
  return await recordStep(context, {
    before: intent,
    step: { ...step, intent: { ...step.intent, requestId: requestId ?? intent.requestId } },
    sight,
    account,
    why: `answer_${outcome.kind}`,
    requestId,
  });
}
