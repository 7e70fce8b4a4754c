import type { Patch, PatchPlan, Patient } from './control-patch.ts';
import type { CheckoutSession, PaymentIntent } from './provider/account.ts';
import { completeAction, completeSetup, failAction, payLink, refund } from './provider/human.ts';
import { lookup } from './provider/lookup.ts';
import { isPayable } from './provider/session.ts';
import type { SetupIntent } from './provider/world.ts';

/** What people do by control: pay a link, answer 3-D Secure, refund. */
export function planPeople(patient: Patient, patch: Patch): PatchPlan {
  const { world, account, now } = patient;
  const changes: (() => void)[] = [];
  if (patch.pay_link !== undefined) {
    const session = findLink(patient, patch.pay_link);
    if (session === null) return refused('pay_link', 'no such open link; GET this account lists open_links');
    changes.push(() => {
      payLink(world, account, session, now);
    });
  }
  if (patch.pay_link_late !== undefined) {
    const session = lookup(account.sessions, patch.pay_link_late);
    if (session === null || session.state !== 'open' || isPayable(session, now))
      return refused('pay_link_late', 'no such unpaid link that has ended; while it is open it is pay_link');
    changes.push(() => {
      payLink(world, account, session, now);
    });
  }
  for (const field of ['complete_3ds', 'fail_3ds'] as const) {
    const wanted = patch[field];
    if (wanted === undefined) continue;
    const waiting = findWaiting(patient, wanted);
    if (waiting === null)
      return refused(field, 'no such payment waits for its holder; GET this account lists payment_intents');
    changes.push(() => answer(patient, waiting, field === 'complete_3ds'));
  }
  if (patch.refund !== undefined) {
    const intent = lookup(account.intents, patch.refund);
    const isCredited = account.rows.some(
      (row) => row.type === 'credit' && row.transactionId === patch.refund,
    );
    if (intent === null || !isCredited)
      return refused('refund', 'no such payment credited this wallet; name its pi_ id');
    if (intent.isRefunded) return refused('refund', 'that payment is refunded already');
    changes.push(() => refund(world, account, intent, now));
  }
  return { kind: 'changes', changes };
}

type Waiting =
  | { readonly kind: 'payment'; readonly intent: PaymentIntent }
  | { readonly kind: 'setup'; readonly setup: SetupIntent };

function answer({ world, account, now }: Patient, waiting: Waiting, isApproved: boolean): void {
  if (waiting.kind === 'payment') {
    if (isApproved) completeAction(world, account, waiting.intent, now);
    else failAction(world, waiting.intent);
  } else if (isApproved) {
    completeSetup(world, waiting.setup);
  } else {
    waiting.setup.status = 'requires_payment_method';
  }
}

function findLink({ account, now }: Patient, wanted: string | true): CheckoutSession | null {
  const open = Object.values(account.sessions).filter((session) => isPayable(session, now));
  if (wanted === true) return open.at(-1) ?? null;
  return open.find((session) => session.id === wanted) ?? null;
}

function findWaiting({ world, account }: Patient, wanted: string | true): Waiting | null {
  const intent = Object.values(account.intents)
    .filter((one) => one.status === 'requires_action' && (wanted === true || one.id === wanted))
    .at(-1);
  if (intent !== undefined) return { kind: 'payment', intent };
  const setup = Object.values(world.setupIntents)
    .filter((one) => one.account === account.name && one.status === 'requires_action')
    .filter((one) => wanted === true || one.id === wanted)
    .at(-1);
  return setup === undefined ? null : { kind: 'setup', setup };
}

function refused(field: string, sentence: string): PatchPlan {
  return { kind: 'refused', sentence: `${field}: ${sentence}` };
}
