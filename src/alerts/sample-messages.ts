import { parseName } from '../domain/ids.ts';
import type { IncidentFact, OutboxMessage } from '../domain/incident.ts';
import { addMs, type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { sampleFacts } from './sample-facts.ts';

const BURST = 12;

/**
 * What `notify test` sends, in order: each kind of message, one incident acknowledged, and the end of all of them, so that
 * nothing stays open anywhere. The bursts are for receivers that tell many as one.
 */
export function sampleMessages(
  now: EpochMs,
  newId: () => string,
): { readonly single: readonly OutboxMessage[]; readonly bursts: readonly (readonly OutboxMessage[])[] } {
  const facts = Object.values(sampleFacts(now));
  const of = (fact: IncidentFact, status: OutboxMessage['status'], note?: string): OutboxMessage => ({
    id: newId(),
    status,
    fact,
    at: status === 'resolved' ? addMs(now, MINUTE_MS) : now,
    startedAt: now,
    ...(note === undefined ? {} : { note }),
  });
  const isNotice = (fact: IncidentFact): boolean => fact.severity === 'info';
  const incidents = facts.filter((fact) => !isNotice(fact));
  const { 'wallet.low': low } = sampleFacts(now);
  const lowOf = (name: string): IncidentFact => {
    const headline = low.headline.replace('render-eu', name);
    return { ...low, account: parseName(name), fingerprint: `${low.fingerprint}/${name}`, headline };
  };
  return {
    single: [
      ...facts.map((fact) => of(fact, isNotice(fact) ? 'notice' : 'firing')),
      of(low, 'acknowledged', 'Ann looks after it.'),
      ...incidents.map((fact) => of(fact, 'resolved')),
    ],
    bursts: (['firing', 'resolved'] as const).map((status) =>
      Array.from({ length: BURST }, (_, index) => of(lowOf(`render-${index + 1}`), status)),
    ),
  };
}
