import { expect, test } from 'vitest';
import { cents } from '../../src/domain/money.ts';
import { type GlanceQuery, type Seen, View } from '../../src/keeper/view.ts';
import { anIntent } from '../store/an-intent.ts';
import { ABOVE_MINIMUM, aSeen } from './a-seen.ts';

const ALL: GlanceQuery = { search: '', state: null, page: 0, pageSize: 50 };

function names(view: View, query: Partial<GlanceQuery> = {}): readonly string[] {
  return view.glance({ ...ALL, ...query }).rows.map((row) => row.view.account);
}

function viewOf(...all: readonly Seen[]): View {
  const view = new View();
  for (const seen of all) view.seen(seen);
  return view;
}

const NEEDS_PERSON = {
  kind: 'needs_human',
  reason: 'no_card_left',
  sentence: 'no card can pay',
  amountCents: cents(5_000),
} as const;

test('what needs a person comes first, then what is low, then the lowest runway, then the name', () => {
  const view = viewOf(
    aSeen('idle', { runwayMs: null }),
    aSeen('long', { runwayMs: 9_000 }),
    aSeen('b-short', { runwayMs: 1_000 }),
    aSeen('a-short', { runwayMs: 1_000 }),
    aSeen('empty', { balanceUsd: 0, runwayMs: 0 }),
    aSeen('low-and-idle', { balanceUsd: 19, runwayMs: null }),
    aSeen('person', { runwayMs: 90_000, wallet: NEEDS_PERSON }),
  );
  expect(names(view)).toEqual(['person', 'empty', 'low-and-idle', 'a-short', 'b-short', 'long', 'idle']);
});

const { standing } = aSeen('any');
const TORN = { ...ABOVE_MINIMUM, reason: 'look_torn' } as const;
const UNCONFIRMED = { ...ABOVE_MINIMUM, reason: 'trouble_unconfirmed' } as const;
test.each<[string, string, Parameters<typeof aSeen>[1]]>([
  ['a decision that asks a person', 'needs_person', { wallet: NEEDS_PERSON }],
  ['the same of the subscription', 'needs_person', { subscription: NEEDS_PERSON }],
  ['a freeze', 'needs_person', { standing: { ...standing, frozenBecause: 'the ledger is torn' } }],
  ['no answer', 'not_seen', { failure: 'status 503' }],
  ['a pause', 'paused', { standing: { ...standing, pausedBecause: 'by hand' } }],
  ['a charge that a cap forbids', 'held_back', { wallet: { ...ABOVE_MINIMUM, amountCents: cents(5_000) } }],
  ['a low wallet that nobody can be sure of', 'held_back', { balanceUsd: 12, wallet: TORN }],
  ['a subscription whose trouble is not confirmed', 'held_back', { subscription: UNCONFIRMED }],
  [
    'one that a new journal only watches',
    'well',
    { subscription: { ...UNCONFIRMED, reason: 'quarantined' } },
  ],
  ['an open charge', 'charging', { open: [anIntent()] }],
  ['nothing', 'well', {}],
])('%s makes it %s', (_what, state, over) => {
  const view = viewOf(aSeen('one', over), aSeen('other'));
  const { counts } = view.glance(ALL);
  expect(counts).toMatchObject(state === 'well' ? { well: 2 } : { well: 1, [state]: 1 });
  expect(view.stateOf(aSeen('one').account.name)).toBe(state);
});

test('a page holds so many, and one past the end is the last', () => {
  const view = viewOf(...Array.from({ length: 120 }, (_, index) => aSeen(`agent-${1_000 + index}`)));
  expect(names(view)).toHaveLength(50);
  expect(names(view, { page: 2 })).toEqual(
    Array.from({ length: 20 }, (_, index) => `agent-${1_100 + index}`),
  );
  expect(view.glance({ ...ALL, page: 99 })).toMatchObject({ page: 2, found: 120 });
  expect(names(view, { page: 99 })).toEqual(names(view, { page: 2 }));
});

test('a search finds names, groups and policies whatever their case; the counts stay those of the fleet', () => {
  const view = viewOf(aSeen('render-eu'), aSeen('render-us', { balanceUsd: 12 }), aSeen('voice'));
  expect(names(view, { search: 'RENDER' })).toEqual(['render-us', 'render-eu']);
  expect(names(view, { search: 'standard' })).toHaveLength(3);
  expect(names(view, { search: 'nobody' })).toEqual([]);
  expect(view.glance({ ...ALL, search: 'voice' })).toMatchObject({
    found: 1,
    belowMinimum: 1,
    counts: { well: 2, held_back: 1 },
  });
});
