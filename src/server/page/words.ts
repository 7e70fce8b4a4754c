import { type EpochMs, formatDuration, formatInstant, parseInstant } from '../../domain/time.ts';
import type { GlanceState } from '../../keeper/view.ts';
import { type Html, html } from './html.ts';

// Made once: to make one costs as much as a row of a table.
const NUMBERS = new Intl.NumberFormat('en-US');
const DOLLARS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Dollars rounded down to the cent, as everywhere: nobody has more than it says. */
export function dollars(usd: number | null): string {
  if (usd === null) return '–';
  const text = DOLLARS.format(Math.floor(Math.abs(usd) * 100 + 1e-6) / 100);
  return `${usd < 0 ? '−' : ''}$${text}`;
}

export function count(value: number): string {
  return NUMBERS.format(value);
}

/** "3 accounts", "1 account". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** What an account burns in an hour; `–` while that is not known. */
export function burn(usdPerHour: number | null): string {
  if (usdPerHour === null) return '–';
  if (usdPerHour === 0) return 'idle';
  return usdPerHour < 0.01 ? '< $0.01/h' : `${dollars(usdPerHour)}/h`;
}

export function runway(seconds: number | null): string {
  return seconds === null ? '–' : formatDuration(seconds * 1_000);
}

/** "2m ago", with the instant itself for machines and on hover. */
export function ago(instant: string, now: EpochMs): Html {
  const at = parseInstant(instant);
  const text = at === null ? instant : now - at < 1_000 ? 'just now' : `${formatDuration(now - at)} ago`;
  return html`<time datetime="${instant}" title="${instant}">${text}</time>`;
}

export function agoMs(at: EpochMs, now: EpochMs): Html {
  return ago(formatInstant(at), now);
}

/** Words of machines for people: `fix_payment` is "fix payment". */
export function spaced(name: string): string {
  return name.replaceAll('_', ' ');
}

export const STATE_WORDS: Readonly<Record<GlanceState, string>> = {
  needs_person: 'needs a person',
  not_seen: 'not seen',
  paused: 'paused',
  held_back: 'held back',
  charging: 'charging',
  would_charge: 'would charge',
  well: 'well',
};

/** A mark that says its state by word and shape, not by colour alone. */
export function stateMark(state: GlanceState): Html {
  return html`<span class="mark mark-${state}">${STATE_WORDS[state]}</span>`;
}
