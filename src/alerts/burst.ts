import type { IncidentFact, OutboxMessage } from '../domain/incident.ts';
import type { ReceiverSpec } from '../domain/spec.ts';
import type { Delivery } from './outbox.ts';

/** So many of one kind are told as one; fewer are better told in full. */
const BURST_MIN = 4;

const FOR_PEOPLE: ReadonlySet<ReceiverSpec['kind']> = new Set(['slack', 'slack_bot', 'pagerduty']);

/** Messages of one incident to one receiver, oldest first. */
export type Chain = readonly Delivery[];

/**
 * What a message may be told together with, to people: whatever happens to many accounts at once. `null` where it stands
 * alone: machines group by themselves, a person's word is not delayed, and a button to pay belongs to one amount.
 */
export function burstKey(message: OutboxMessage, receiver: ReceiverSpec): string | null {
  const { fact, status } = message;
  const isForPeople = FOR_PEOPLE.has(receiver.kind);
  const hasButton = fact.pay !== undefined && receiver.payLinks && status === 'firing';
  if (!isForPeople || hasButton || status === 'acknowledged') return null;
  return `${status} ${fact.severity} ${kindOf(fact)}`;
}

/** The type; what ails purser or an account is told apart by the third part of its fingerprint. */
export function kindOf({ type, fingerprint }: Pick<IncidentFact, 'type' | 'fingerprint'>): string {
  return type === 'purser.degraded' ? (fingerprint.split('/')[2] ?? type) : type;
}

/** Chains whose first messages are told as one, and those that go by themselves. */
export function gatherBursts(chains: readonly Chain[]): {
  readonly bursts: readonly (readonly Chain[])[];
  readonly alone: readonly Chain[];
} {
  const byKey = Map.groupBy(chains, ([first]) => first?.burst ?? null);
  const alone = [...(byKey.get(null) ?? [])];
  const bursts: (readonly Chain[])[] = [];
  for (const [key, members] of byKey) {
    if (key === null) continue;
    if (members.length >= BURST_MIN) bursts.push(members);
    else alone.push(...members);
  }
  return { bursts, alone };
}
