import { ensureOrder } from '../../src/domain/hand-order.ts';
import { cents } from '../../src/domain/money.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { falseAnswer, type Order } from './order-book.ts';
import type { Disturbance } from './plan.ts';
import type { Run } from './run.ts';

/** A person orders a top-up of an amount that nobody else asks for, or an agent a balance for its job, and waits for it. */
export function placeOrder(run: Run, kind: 'fund' | 'ensure', one: Disturbance, name: string): void {
  const { main, timeline, orders, trace } = run;
  const { keeper } = main;
  const account = [...run.specOf(main, 0).accounts.keys()].find((known) => known === name);
  if (keeper === null || account === undefined) return;
  const order: Order['order'] =
    kind === 'fund'
      ? { kind, amountCents: cents(1_001 + Math.round(one.size * 4_000)), card: null, coupon: null }
      : ensureOrder(cents(500 + Math.round(one.size * 7_000)));
  const placedAtMs = timeline.nowMs;
  const placed = orders.place({ id: one.id, account: name, machine: main.name, order, placedAtMs });
  trace.tell(`somebody orders ${JSON.stringify(order)} for ${name}`);
  const timeoutMs = MINUTE_MS * (HOUR_MS / MINUTE_MS) ** (one.turn * 1.2);
  keeper.order(account, order, { timeoutMs, signal: new AbortController().signal }).then(
    (answer) => {
      if (placed.endedAtMs !== null) return; // its process is dead
      placed.endedAtMs = timeline.nowMs;
      trace.tell(`${name} is told of ${one.id}: ${JSON.stringify(answer)}`);
      run.coverage.mark(`order ${kind} ${answer.outcome}`);
      const lie = falseAnswer(placed, answer, (key) => run.oracle.executions(key));
      if (lie !== null) run.oracle.accuse('order', name, `${one.id} is ${lie}`);
    },
    (error: unknown) => run.oracle.accuse('order', name, `${one.id} failed: ${String(error)}`),
  );
}
