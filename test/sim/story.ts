import { nameOf, type SeedResult } from './run-seed.ts';

const LINES_MAX = 70;
const WIDTH_MAX = 260;
/** What moves the plot; the rest is weather reports. */
const PLOT =
  /FAULT|VIOLATION|HONEST|PROVIDER|CALM|crash|starts|stop|paused|person|operator|old copy|charge\.|frozen|foreign|POST|answered (?!200)|SLACK firing|failed/;

/** A failing seed as something that a person can follow: what went wrong, and what was done about it. */
export function story(result: SeedResult): string {
  const faults = result.faults.map(({ atMs, id, about }) => `  ${instant(atMs)} ${id} (${about})`);
  const first = result.violations[0];
  const until = result.lines.findIndex((line) => line.includes(' VIOLATION '));
  const plot = result.lines.slice(0, until === -1 ? undefined : until + 1).filter((line) => PLOT.test(line));
  return [
    `seed ${nameOf(result)} breaks ${first?.invariant ?? '?'}: ${first?.sentence ?? '?'}`,
    `with ${faults.length} fault${faults.length === 1 ? '' : 's'}:`,
    ...faults.slice(0, LINES_MAX),
    'what happened:',
    ...plot.slice(-LINES_MAX).map((line) => `  ${line.slice(0, WIDTH_MAX)}`),
  ].join('\n');
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19);
}
