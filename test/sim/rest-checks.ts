import type { LedgerRow } from '../../src/sandbox/provider/account.ts';
import type { Machine } from './machine.ts';
import type { Run } from './run.ts';

const HOUR_MS = 3_600_000;
/** Two hours after its last POST a doubt is ended or a person asked (charging.md, "In doubt"). */
const DOUBT_MAX_MS = 2 * HOUR_MS;

/** I11: what must be so when nothing has gone wrong for two days. */
export function checkRest(run: Run): void {
  checkFunded(run);
  checkPlans(run);
  for (const machine of run.machines) if (!machine.isRetired) checkAttended(run, machine);
}

/** Every account is looked at, and no doubt stands but one that a person is asked about. */
function checkAttended(run: Run, machine: Machine): void {
  const { oracle, timeline, plan } = run;
  for (const { name } of plan.accounts) {
    const agoMs = timeline.nowMs - oracle.looks.lastAtMs(machine.lineage, name);
    if (agoMs > slackMs(run)) oracle.accuse('I11', name, `not looked at for ${hours(agoMs)} h`);
  }
  const doubts = machine.durable(
    `SELECT id, account, kind, state, changed_at FROM intent WHERE state IN ('armed', 'in_doubt', 'declined')
       AND account NOT IN (SELECT account FROM hold WHERE kind = 'freeze')`,
  );
  for (const { id, account, kind, state, changed_at: changedAt } of doubts) {
    const agoMs = timeline.nowMs - Number(changedAt);
    if (agoMs > DOUBT_MAX_MS + slackMs(run))
      oracle.accuse(
        'I11',
        String(account),
        `${String(kind)} ${String(id)} is ${String(state)} for ${hours(agoMs)} h`,
      );
  }
}

function hours(ms: number): string {
  return (ms / HOUR_MS).toFixed(1);
}

/** I11: every subscription that the config declares is alive and on its plan, or somebody was told of it. */
function checkPlans(run: Run): void {
  const { main, world, plan } = run;
  for (const { name, subscription } of plan.accounts) {
    const seen = world.accounts[name]?.subscriptions ?? [];
    const isAsDeclared = ({ status, planId }: (typeof seen)[number]): boolean =>
      status === 'active' && planId === plan.planId;
    if (subscription === 'none' || seen.some(isAsDeclared)) continue;
    const firing = firingFor(main, name);
    const states = seen.map(({ id, status, planId }) => `${id} is ${status} on ${planId}`).join(', ');
    // Accepted, it may show at the end of the paid period only: a person who left the plan again looks like that.
    const putOff = main.durable(
      `SELECT id FROM intent WHERE account = ? AND kind = 'change_plan' AND state = 'charged'`,
      name,
    );
    if (firing.length > 0) continue;
    if (putOff.length > 0) run.oracle.concede('change_put_off', name, states);
    else run.oracle.accuse('I11', name, `${states}, and no alert fires`);
  }
}

/** I11: every wallet is at its minimum, or somebody was told of it; and nobody is told of one that is. */
function checkFunded(run: Run): void {
  const { main, world, plan } = run;
  for (const { name } of plan.accounts) {
    const account = world.accounts[name];
    if (account === undefined) continue;
    const balanceMicro = account.creditedMicroUsd - account.usedMicroUsd;
    const minMicro = main.wishes.minCents * 10_000;
    const balance = `$${(balanceMicro / 1e6).toFixed(2)} in the wallet`;
    const firing = firingFor(main, name);
    const lastCreditAt = Math.max(0, ...account.rows.filter(({ type }) => type === 'credit').map(at));
    const wasFull = balanceMicro >= minMicro && lastCreditAt < run.timeline.nowMs - slackMs(run);
    if (wasFull && firing.some(({ type }) => type === 'wallet.low'))
      run.oracle.accuse('I11', name, `${balance}, and an alert says that it is low`);
    if (balanceMicro >= minMicro - slackMicro(run, name)) continue;
    if (firing.length === 0) run.oracle.accuse('I11', name, `${balance}, and no alert fires`);
    const isStuck = firing.some(({ detail }) => String(detail).includes('it is decided anew'));
    if (isStuck) run.oracle.accuse('I11', name, `${balance}, and the charge is put off from pass to pass`);
  }
}

function at({ createdAt, visibleAt }: LedgerRow): number {
  return Math.max(createdAt, visibleAt);
}

/** What fires and tells of that account, or of all of them. */
function firingFor(machine: Machine, account: string): ReturnType<Machine['durable']> {
  return machine.durable(
    `SELECT json_extract(fact, '$.type') AS type, json_extract(fact, '$.detail') AS detail FROM incident
     WHERE status = 'firing' AND (json_extract(fact, '$.account') = ? OR json_extract(fact, '$.type') = 'cap.reached'
       OR (fingerprint LIKE 'purser.degraded%' AND json_extract(fact, '$.account') IS NULL))`,
    account,
  );
}

/** What is burnt in two polls and a wait for an open charge: a wallet may be that far below for a moment. */
function slackMicro(run: Run, name: string): number {
  const burn = run.world.accounts[name]?.burnMicroUsdPerHour ?? 0;
  return (burn * slackMs(run)) / HOUR_MS;
}

function slackMs({ plan }: Run): number {
  return 2 * plan.pollMs + 90 * 60_000;
}
