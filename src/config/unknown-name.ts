import type { Problems } from './config-problem.ts';
import { shownText } from './shown-text.ts';
import type { Spot } from './spot.ts';
import { didYouMean } from './suggest.ts';

const LISTED_MAX = 8;

export type UnknownName = {
  readonly what: 'policy' | 'group' | 'receiver';
  readonly name: string;
  readonly known: readonly string[];
  readonly spot: Spot;
};

/** Reports the name of something that the config does not define. */
export function reportUnknownName({ what, name, known, spot }: UnknownName, problems: Problems): void {
  const listed = known.length > LISTED_MAX ? [...known.slice(0, LISTED_MAX), '…'] : known;
  const mend =
    didYouMean(name, known) ??
    (known.length === 0 ? `define it under ${SECTIONS[what]}` : `known: ${listed.join(', ')}`);
  problems.error(spot, `unknown ${what} ${shownText(spot.node, name)}`, mend);
}

const SECTIONS = { policy: 'policies', group: 'groups', receiver: 'alerts.receivers' } as const;
