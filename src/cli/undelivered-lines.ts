import { type EpochMs, formatDuration, formatInstant, parseInstant } from '../domain/time.ts';
import type { Undelivered } from '../store/undelivered.ts';
import { plainText } from './plain-text.ts';

export type UndeliveredView = Omit<Undelivered, 'at'> & { readonly since: string };

export function undeliveredView({ at, ...one }: Undelivered): UndeliveredView {
  return { ...one, since: formatInstant(at) };
}

/** What people were not told, and how to find out why. */
export function undeliveredText(views: readonly UndeliveredView[], now: EpochMs): string {
  const lines = views.flatMap(({ receiver, messages, since, reason, oldest }) => [
    `  ${receiver}  ${messages} message${messages === 1 ? '' : 's'}, the oldest from ${age(since, now)}: ${reason}; purser notify test ${receiver}`,
    ...oldest.map(({ status, headline }) => `    ${status}  ${plainText(headline)}`),
    ...(messages > oldest.length ? [`    and ${messages - oldest.length} more`] : []),
  ]);
  return ['Not delivered, and tried again:', ...lines].join('\n');
}

function age(since: string, now: EpochMs): string {
  const at = parseInstant(since);
  return at === null ? since : `${formatDuration(Math.max(0, now - at))} ago`;
}
