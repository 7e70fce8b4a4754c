import { expect, test } from 'vitest';
import type { HandOrder } from '../../src/domain/hand-order.ts';
import type { Plan } from '../../src/domain/observation.ts';
import type { SubscriptionSpec } from '../../src/domain/spec.ts';
import { undoneByPolicy } from '../../src/policy/undone-by-policy.ts';
import { aGuard, BASIC, PRO } from './a-case.ts';

type Row = [string, HandOrder['kind'], Plan | null, SubscriptionSpec | null];

const RULED = aGuard({
  rules: [{ plan: { kind: 'id', id: BASIC.id }, when: { kind: 'last_days', days: 2 } }],
});

test.each<Row>([
  ['pause where it is resumed', 'pause', PRO, aGuard()],
  ['pause under rules, where it is resumed all the same', 'pause', PRO, RULED],
  ['pause where rules are enforced', 'pause', PRO, { ...RULED, enforce: true }],
  ['another plan where it is changed back', 'change_plan', BASIC, aGuard()],
  ['another plan where the declared one is a name', 'change_plan', BASIC, aGuard({ plan: { kind: 'name', name: 'pro' } })],
])('by hand is refused: %s', (_what, kind, plan, guard) => {
  expect(undoneByPolicy({ order: { kind }, plan, guard, wanted: null })).toMatchObject({ kind: 'hold', reason: 'not_possible' });
}); // biome-ignore format: a table

test.each<Row>([
  ['pause where nobody looks', 'pause', PRO, null],
  ['pause that is only told', 'pause', PRO, aGuard({ whenPaused: 'alert' })],
  ['pause under rules, which leave what a person did', 'pause', PRO, { ...RULED, whenPaused: 'alert' }],
  ['another plan that is only told', 'change_plan', BASIC, aGuard({ whenWrongPlan: 'alert' })],
  ['another plan under rules', 'change_plan', BASIC, RULED],
  ['another plan where none is declared', 'change_plan', BASIC, aGuard({ plan: null })],
  ['the declared plan', 'change_plan', PRO, aGuard()],
  ['the declared plan by its name', 'change_plan', PRO, aGuard({ plan: { kind: 'name', name: 'pRO' } })],
  ['a plan that is not known is refused elsewhere', 'change_plan', null, aGuard()],
  ['resume', 'resume', PRO, aGuard()],
  ['a reset', 'reset_cycle', PRO, aGuard()],
  ['a top-up', 'fund', null, aGuard()],
])('by hand is let through: %s', (_what, kind, plan, guard) => {
  expect(undoneByPolicy({ order: { kind }, plan, guard, wanted: null })).toBeNull();
}); // biome-ignore format: a table
