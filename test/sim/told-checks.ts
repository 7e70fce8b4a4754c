import type { Machine } from './machine.ts';
import type { Run } from './run.ts';

type Message = {
  readonly fact: { readonly fingerprint: string; readonly type: string; readonly intentId?: string | null };
  readonly startedAt: number;
  readonly at: number;
};

/** What fires still is told again after so long, and not sooner. */
const REPEAT_MS = 4 * 3_600_000;

/** What a message of which type has to say of an intent that has ended so. */
const SAYS_CHARGED: ReadonlySet<string> = new Set(['charge.succeeded', 'subscription.repaired']);

/** I7: what the database says was to be told has arrived, under its id; and all that happened and stands was told. */
export function checkMessages(run: Run, machine: Machine): void {
  const rows = machine.durable('SELECT id, doc FROM message');
  for (const { id, doc } of rows)
    if (!run.delivered.has(String(id)))
      run.oracle.accuse('I7', '-', `the message ${String(id)} never arrived: ${headline(doc)}`);
  const messages = rows.map(({ doc }) => JSON.parse(String(doc)) as Message);
  checkStanding(run, machine, messages);
  checkEnded(run, machine, messages);
  checkForeign(run, machine, messages);
}

function headline(doc: unknown): string {
  return /"headline":"([^"]*)"/.exec(String(doc))?.[1] ?? '';
}

function checkStanding(run: Run, machine: Machine, messages: readonly Message[]): void {
  const told = new Set(messages.map(({ fact, startedAt }) => `${fact.fingerprint} ${startedAt}`));
  const firing = machine.durable(`SELECT fingerprint, started_at FROM incident WHERE status = 'firing'`);
  for (const { fingerprint, started_at: startedAt } of firing)
    if (!told.has(`${String(fingerprint)} ${String(startedAt)}`))
      run.oracle.accuse('I7', '-', `nobody was told that ${String(fingerprint)} began`);
  const frozen = machine.durable(`SELECT account, reason FROM hold WHERE kind = 'freeze'`);
  for (const { account, reason } of frozen) {
    const alarms = machine.durable(
      `SELECT fingerprint FROM incident WHERE status = 'firing' AND json_extract(fact, '$.account') = ?`,
      String(account),
    );
    if (alarms.length === 0)
      run.oracle.accuse('I7', String(account), `frozen without an alert: ${String(reason)}`);
  }
}

/** Every charge, and every decline, whoever learnt of it and how; but for what a person has said. */
function checkEnded(run: Run, machine: Machine, messages: readonly Message[]): void {
  const charged = new Set<unknown>(
    messages.filter(({ fact }) => SAYS_CHARGED.has(fact.type)).map(({ fact }) => fact.intentId),
  );
  const declines = messages.filter(({ fact }) => fact.type === 'charge.declined');
  const ended = machine.durable(
    `SELECT id, account, kind, state, json_extract(doc, '$.state.because') AS because, json_extract(doc, '$.state.by') AS by,
       (SELECT min(at) FROM transition WHERE transition.intent = intent.id AND to_state = 'declined') AS declined_at
     FROM intent WHERE state IN ('settled', 'released')`,
  );
  for (const { id, account, kind, state, declined_at: declinedAt, because, by } of ended) {
    if (state === 'settled' && by !== 'operator' && !charged.has(id))
      run.oracle.accuse('I7', String(account), `nobody was told that ${String(id)} was charged`);
    // One behind another is the same alarm, which stands already.
    const isTold = declines.some(
      ({ fact, at }) =>
        fact.intentId === id ||
        (fact.fingerprint.endsWith(`${String(account)}/${String(kind)}`) &&
          Math.abs(at - Number(declinedAt)) <= REPEAT_MS),
    );
    if (because === 'declined' && !isTold)
      run.oracle.accuse('I7', String(account), `nobody was told that ${String(id)} was declined`);
  }
}

/** Fence 4: money of others, where the ledger had been read before it came; whoever has armed a top-up has read it. */
function checkForeign(run: Run, machine: Machine, messages: readonly Message[]): void {
  if (run.plan.disturbances.some(({ kind }) => kind === 'clock_jump')) return; // when it armed, it does not know
  const told = new Set(messages.map(({ fact }) => fact.fingerprint));
  const foreign = machine.durable(
    // What may still turn out to be an open charge's is told when that one ends.
    `SELECT account, id FROM credit WHERE intent IS NULL AND id NOT LIKE 'refund/%'
       AND created_at > (SELECT min(armed_at) FROM intent WHERE intent.account = credit.account AND kind = 'fund')
       AND (is_told = 1 OR NOT EXISTS (SELECT 1 FROM intent WHERE intent.account = credit.account AND is_open = 1))`,
  );
  for (const { account, id } of foreign)
    if (![...told].some((fingerprint) => fingerprint.endsWith(`/foreign_credit/${String(id)}`)))
      run.oracle.accuse(
        'I7',
        String(account),
        `nobody was told of the credit ${String(id)}, which is not ours`,
      );
}
