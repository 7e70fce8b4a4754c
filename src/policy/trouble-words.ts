import type { SubscriptionSpec } from '../domain/spec.ts';
import type { Stance } from './hand-changes.ts';
import type { SubscriptionTrouble } from './trouble-kinds.ts';
import type { Wanted } from './wanted-subscription.ts';

/** What is to be done about a trouble: what the config says, or, under rules, who made it. */
export function wish(
  spec: SubscriptionSpec,
  trouble: SubscriptionTrouble,
  ruled: { readonly wanted: Wanted | null; readonly stance: Stance },
): string {
  const { wanted, stance } = ruled;
  switch (trouble.kind) {
    case 'past_due':
      return spec.whenPastDue;
    case 'paused':
      if (stance.kind === 'as_declared') return spec.whenPaused;
      // A word that was written down is stronger than who did it.
      return stance.kind === 'by_hand' && spec.whenPaused !== 'alert' ? spec.whenPaused : stance.kind;
    case 'running':
      return stance.kind === 'by_hand' ? stance.kind : 'pause';
    case 'wrong_plan':
      return stance.kind === 'as_declared' ? spec.whenWrongPlan : stance.kind;
    case 'unknown':
      return 'alert'; // a word that nobody documented: a person has to look
    case 'canceled':
      if (wanted?.state.kind === 'paused' || wanted?.plan.kind === 'unknown') return 'leave';
      return spec.plan === null && spec.whenCanceled === 'subscribe' ? 'alert' : spec.whenCanceled;
  }
}

export function describe(trouble: SubscriptionTrouble, wanted: Wanted | null): string {
  const id = trouble.subscription?.id;
  const state = wanted?.state ?? null;
  switch (trouble.kind) {
    case 'past_due':
      return `subscription ${id} is past due`;
    case 'paused':
      return `subscription ${id} is paused${state?.kind === 'live' ? ` (wanted: ${state.why})` : ''}`;
    case 'running':
      return `subscription ${id} is not paused${state?.kind === 'paused' ? ` (wanted: ${state.why})` : ''}`;
    case 'wrong_plan': {
      const isKnown = wanted !== null && wanted.plan.kind === 'plan';
      return `subscription ${id} is on another plan than ${isKnown ? `wanted: ${wanted.plan.why}` : 'declared'}`;
    }
    case 'unknown':
      return `subscription ${id} has a status that purser does not know`;
    case 'canceled':
      return 'there is no live subscription';
  }
}

/** A subscription that is as it should be, and why that is so now. */
export function describeAccord(wanted: Wanted | null): string {
  const words = 'the subscription is as declared';
  if (wanted === null) return words;
  const parts = [wanted.plan, wanted.state].flatMap((part) => ('why' in part ? [part.why] : []));
  return `${words}: ${parts.join('; ')}`;
}
