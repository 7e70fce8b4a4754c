import { isDeepStrictEqual } from 'node:util';
import { type Intent, linkEndsAt } from '../charge/intent.ts';
import type { Step } from '../charge/transitions.ts';
import type { AccountSpec } from '../domain/spec.ts';
import { formatInstant } from '../domain/time.ts';
import { type KeeperContext, moneyNow } from './context.ts';
import { nextStep } from './next-step.ts';
import type { Sight } from './observe.ts';
import { transitionIncidents } from './transition-incidents.ts';

/**
 * Journals what a piece of news did to an intent, with its incidents, in one transaction; then counts and logs it.
 * A step that changed nothing writes nothing.
 */
export async function recordStep(
  context: KeeperContext,
  one: {
    before: Intent;
    step: Step;
    sight: Sight;
    account: AccountSpec | null;
    why: string;
    requestId?: string | null;
  },
): Promise<Intent> {
  const { before, step } = one;
  const after = step.intent;
  if (isDeepStrictEqual(before, after) && step.freeze === null && !step.isTwin) return before;
  const now = moneyNow(context);
  const requestId = one.requestId ?? null;
  const code = newDecline(before, after);
  const next = code === null ? null : await nextStep(context, after, { ...one, code });
  const plan = context.plans.nameOf(after.plan);
  const incidents = transitionIncidents(before, step, { sight: one.sight, requestId, now, next, plan });
  await context.journal.record({ before, after, now, why: one.why, freeze: step.freeze, incidents });
  report(context, { before, step, requestId, next });
  for (const change of incidents) {
    if (change.kind === 'fire') context.incidents.holdEvent(after.account, change.fact.fingerprint);
  }
  if (incidents.length > 0) context.onTold();
  return after;
}

/** The code of a decline that this step brings the news of; `null` where it brings none. */
function newDecline(before: Intent, { state }: Intent): string | null {
  if (before.state.kind === 'declined') return null;
  if (state.kind === 'declined') return state.code;
  return state.kind === 'released' && state.because === 'declined' ? (state.code ?? 'unknown') : null;
}

function report(
  context: KeeperContext,
  one: { before: Intent; step: Step; requestId: string | null; next: string | null },
): void {
  const { before, step } = one;
  const { intent } = step;
  const { state, account, kind } = intent;
  const fields = {
    account,
    kind,
    intent: intent.id,
    key: intent.key,
    amount_cents: intent.amountCents,
    payment_intent: intent.paymentIntent ?? undefined,
    request_id: one.requestId ?? undefined,
  };
  if (step.isTwin) context.log.warn('charge.key_used_by_another', fields);
  if (step.freeze !== null) context.log.error('account.frozen', { ...fields, reason: step.freeze });
  if (state.kind === before.state.kind) return;
  switch (state.kind) {
    case 'settled':
      context.metrics.charges.entered({ account, kind, outcome: 'settled', settledCents: state.amountCents });
      context.log.info('charge.settled', {
        ...fields,
        settled_cents: state.amountCents,
        credit: state.credit ?? undefined,
        by: state.by,
      });
      return;
    case 'released':
      context.metrics.charges.entered({
        account,
        kind,
        outcome: 'released',
        settledCents: intent.amountCents,
      });
      if (state.because === 'declined' && before.state.kind !== 'declined')
        noteDecline(context, intent, state.code ?? 'unknown');
      context.log.info('charge.released', {
        ...fields,
        because: state.because,
        code: state.code ?? undefined,
      });
      return;
    case 'declined':
      noteDecline(context, intent, state.code);
      context.log.warn('charge.declined', { ...fields, code: state.code, next: one.next ?? undefined });
      return;
    case 'rejected':
      context.metrics.charges.entered({
        account,
        kind,
        outcome: 'rejected',
        settledCents: intent.amountCents,
      });
      context.log.error('charge.rejected', { ...fields, code: state.code });
      return;
    case 'in_doubt':
      context.metrics.charges.entered({
        account,
        kind,
        outcome: 'in_doubt',
        settledCents: intent.amountCents,
      });
      context.log.warn('charge.in_doubt', { ...fields, why: state.why });
      return;
    case 'action':
      context.metrics.charges.entered({ account, kind, outcome: 'action', settledCents: intent.amountCents });
      context.log.warn('charge.needs_action', fields);
      return;
    case 'link_open':
      context.metrics.charges.entered({
        account,
        kind,
        outcome: 'link_open',
        settledCents: intent.amountCents,
      });
      context.log.warn('charge.link_open', {
        ...fields,
        session: state.sessionId,
        expires: formatInstant(linkEndsAt(state)),
      });
      return;
    case 'charged':
      context.log.info('charge.accepted', fields);
      return;
    case 'armed':
      return;
  }
}

function noteDecline(context: KeeperContext, intent: Intent, code: string): void {
  context.metrics.charges.entered({
    account: intent.account,
    kind: intent.kind,
    outcome: 'declined',
    settledCents: intent.amountCents,
  });
  context.metrics.charges.declined(intent.account, code);
}
