Error.stackTraceLimit = 0;
import { planOf } from './plan.ts';
import { Run } from './run.ts';
const [, , seedText = '1', daysText = '5', countText='1'] = process.argv;
const t = process.cpuUsage(); const t0=performance.now();
let days=0; 
for (let seed = Number(seedText); seed < Number(seedText)+Number(countText); seed++) {
const folder = `/dev/shm/purser-sim-${process.pid}`;
const c=process.cpuUsage();
const run = new Run({ plan: planOf(seed, Number(daysText)), folder, keepsLines: process.env['LINES'] === '1' });
await run.live();
if (process.env['LINES'] === '1') console.log(run.trace.lines().join('\n'));
days += run.plan.accounts.length*(Number(daysText)+2);
for (const v of run.oracle.violations) console.log(`${seed} ${v.invariant} ${v.account} ${new Date(v.atMs).toISOString()} ${v.sentence}`);
for (const h of run.oracle.honestLimits) console.log(`${seed} honest ${h.why}`);
if (countText==='1') console.log(run.trace.digest(), run.oracle.charges.length, run.faults.fired().length);
const u=process.cpuUsage(c);
if ((u.user+u.system)/1e6>4) console.log(seed,'slow', (u.user+u.system)/1e6);
run.close();
}
const u = process.cpuUsage(t);
console.log('cpu ms', (u.user+u.system)/1000, 'wall', performance.now()-t0, 'account-days/cpu-min', days/((u.user+u.system)/6e7));
