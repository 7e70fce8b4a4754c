import { declineClass } from '../../src/contract/declines.ts';
import type { Asker } from './asker.ts';

/** What was reached: states, transitions, outcome classes, decline classes. Marks are plain words. */
export class Coverage {
  readonly marks = new Map<string, number>();

  mark(name: string, times = 1): void {
    this.marks.set(name, (this.marks.get(name) ?? 0) + times);
  }

  /** From the journal of a machine, at the end of its life. */
  read(machine: Asker): void {
    const steps = machine.durable(
      'SELECT from_state, to_state, why, count(*) AS n FROM transition GROUP BY from_state, to_state, why',
    );
    for (const { from_state: from, to_state: to, why, n } of steps) {
      this.mark(`${String(from ?? 'new')} -> ${String(to)}`, Number(n));
      this.mark(`state ${String(to)}`, Number(n));
      if (String(why).startsWith('answer_'))
        this.mark(`outcome ${String(why).slice('answer_'.length)}`, Number(n));
    }
    for (const { code, n } of machine.durable('SELECT code, count(*) AS n FROM card_decline GROUP BY code'))
      this.mark(`decline ${declineClass(String(code))}`, Number(n));
  }

  take(other: Coverage): void {
    for (const [name, times] of other.marks) this.mark(name, times);
  }
}
