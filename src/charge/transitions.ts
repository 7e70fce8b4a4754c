import type { EpochMs } from '../domain/time.ts';
import type { Intent, IntentState } from './intent.ts';

/** What a piece of news makes of an intent. */
export type Step = {
  readonly intent: Intent;
  /** Set where the account must not charge again until a person looked. */
  readonly freeze: string | null;
  /** Another purser has used our key: the first POST was answered as a replay, or the key has another body. */
  readonly isTwin: boolean;
  /** Of a charge that was answered, behind a POST that was not: two looks or lists, this the second, show nothing of that one. */
  readonly isAbsent?: boolean;
};

export function enter(intent: Intent, state: IntentState): Intent {
  return { ...intent, state, retryAt: null };
}

export function doubt(intent: Intent, why: string, now: EpochMs): Intent {
  const since = intent.state.kind === 'in_doubt' ? intent.state.since : now;
  return enter(intent, { kind: 'in_doubt', since, why });
}

export function release(
  intent: Intent,
  because: Extract<IntentState, { kind: 'released' }>['because'],
  code: string | null,
  now: EpochMs,
): Intent {
  return enter(intent, { kind: 'released', at: now, because, code });
}

export function calm(intent: Intent): Step {
  return { intent, freeze: null, isTwin: false };
}
