import { foreignCharge, frozen } from '../alerts/degraded-facts.ts';
import { fingerprint } from '../alerts/fingerprint.ts';
import { chargeDeclined, payReason } from '../alerts/incident-facts.ts';
import type { Intent } from '../charge/intent.ts';
import type { Step } from '../charge/transitions.ts';
import type { IncidentChange } from '../domain/incident.ts';
import type { EpochMs } from '../domain/time.ts';
import { runwayMs } from '../policy/burn.ts';
import type { Sight } from './observe.ts';
import { actionRequired, linkOut, subjectOf } from './open-facts.ts';
import { settledNotice } from './settled-notice.ts';

/** What is around a transition when its messages are written. */
export type Scene = {
  readonly sight: Sight;
  readonly requestId: string | null;
  readonly now: EpochMs;
  /** The plan of the intent, in words. */
  readonly plan: string;
  /** What the payment ladder does next, after a decline; `null` otherwise. */
  readonly next: string | null;
};

/** The messages that go with a transition, in its own transaction (I7). Pure. */
export function transitionIncidents(before: Intent, step: Step, scene: Scene): readonly IncidentChange[] {
  const changes: IncidentChange[] = [];
  const after = step.intent;
  const { account, id: intentId, amountCents } = after;
  if (step.isTwin) changes.push({ kind: 'notice', fact: foreignCharge({ account, amountCents, intentId }) });
  if (step.freeze !== null) {
    const mend = isClosed(after)
      ? `Mend the cause, then run \`purser resume ${account} --freeze\`.`
      : `Look at the provider's dashboard, then run \`purser resolve ${intentId}\`, which lifts the freeze too.`;
    changes.push({ kind: 'fire', fact: frozen({ account, why: step.freeze, mend, intentId, amountCents }) });
  }
  if (after.state.kind !== before.state.kind) changes.push(...entered(before, after, scene));
  return changes;
}

function entered(before: Intent, after: Intent, scene: Scene): readonly IncidentChange[] {
  const { state } = after;
  switch (state.kind) {
    case 'settled': {
      const ends = [
        ...doubtEnds(after, 'it was charged and is in the books'),
        ...declineEnds(after, 'charged after all'),
        ...pageEnds(before),
      ];
      // Where the ledger does not show the credit yet, or its wallet is a cached one, that balance is the one of before it.
      const { look, isLookConsistent } = scene.sight;
      const balanceMicroUsd =
        state.credit === null || !isLookConsistent ? null : (look?.balanceMicroUsd ?? null);
      const { requestId, plan, sight } = scene;
      const planShown = sight.subscriptions?.find(({ id }) => id === after.subscription)?.planName ?? null;
      const told = { balanceMicroUsd, requestId, plan, planShown };
      const notice = settledNotice(after, state.amountCents, told);
      return notice === null ? ends : [...ends, { kind: 'notice', fact: notice }];
    }
    case 'declined':
      return [declined(after, state.code, scene)];
    case 'released': {
      const wasTold = before.state.kind === 'declined' || state.because !== 'declined';
      const told = wasTold ? [] : [declined(after, state.code ?? 'unknown', scene)];
      return state.because === 'expired' ? [] : [...doubtEnds(after, 'it was not charged'), ...told];
    }
    case 'rejected':
      return doubtEnds(after, 'the provider refused it');
    case 'action':
      return [
        ...(before.state.kind === 'declined' ? declineEnds(after, 'the holder of the card is asked') : []),
        { kind: 'fire', fact: actionRequired(after) },
      ];
    case 'link_open':
      return [{ kind: 'fire', fact: linkOut(after, state, 'payment') }];
    case 'charged':
      return [...(before.state.kind === 'action' ? actionEnds(after) : []), ...pageEnds(before)];
    case 'armed':
    case 'in_doubt':
      return [];
  }
}

function declined(intent: Intent, code: string, scene: Scene): IncidentChange {
  const { sight } = scene;
  const card = sight.cards?.find((saved) => saved.id === intent.card) ?? null;
  const balanceMicroUsd =
    intent.kind === 'fund' ? (sight.look?.balanceMicroUsd ?? sight.balanceMicroUsd) : null;
  const fact = chargeDeclined({
    account: intent.account,
    kind: intent.kind,
    amountCents: intent.amountCents,
    balanceMicroUsd,
    runwayMs: balanceMicroUsd === null ? null : runwayMs(balanceMicroUsd, null),
    code,
    cardLast4: card?.last4 ?? null,
    next: scene.next ?? 'The next pass decides what follows.',
    intentId: intent.id,
    requestId: scene.requestId,
  });
  return { kind: 'fire', fact };
}

function doubtEnds(intent: Intent, headline: string): readonly IncidentChange[] {
  const told = fingerprint('charge.outcome_unknown', intent.account, intent.id);
  return [
    { kind: 'resolve', fingerprint: told, headline: `${intent.account}: ${headline}` },
    ...actionEnds(intent),
  ];
}

function declineEnds(intent: Intent, headline: string): readonly IncidentChange[] {
  const told = fingerprint('charge.declined', intent.account, intent.kind);
  return [{ kind: 'resolve', fingerprint: told, headline: `${intent.account}: ${headline}` }];
}

function actionEnds(intent: Intent): readonly IncidentChange[] {
  const told = fingerprint('payment.action_required', intent.account, `requires_action/${intent.id}`);
  return [{ kind: 'resolve', fingerprint: told, headline: null }];
}

/** What a page asks for is paid, whether it shows already or not. */
function pageEnds(before: Intent): readonly IncidentChange[] {
  if (before.state.kind !== 'link_open') return [];
  const told = fingerprint('payment.action_required', before.account, payReason(subjectOf(before)));
  return [{ kind: 'resolve', fingerprint: told, headline: null }];
}

function isClosed(intent: Intent): boolean {
  return (
    intent.state.kind === 'settled' || intent.state.kind === 'released' || intent.state.kind === 'rejected'
  );
}
