import { Agent, request } from 'undici';
import { openDaemon } from '../src/cli/daemon.ts';
import { readConfig } from '../src/cli/read-config.ts';
import { createLog } from '../src/telemetry/log.ts';
import { type SandboxLine, SandboxProcess } from '../test/chaos/sandbox-process.ts';
import { TempHome } from '../test/chaos/temp-home.ts';
import { writeFleet } from './bench-fleet.ts';
import { benchIo } from './bench-io.ts';
import { type Figure, thousands } from './figure.ts';
import { interleave, median, medianRatio, perSecond } from './rounds.ts';

/** The keeper's own number of passes at once. */
const CONCURRENCY = 48;
const PATHS = ['/wallet/balance', '/subscriptions'];

/**
 * The whole observe-decide path of the real keeper, journal and metrics included, against bare undici requests: the
 * same requests, as many at once, to the same server in a process of its own.
 */
export async function benchAccountChecks(options: {
  rounds: number;
  accounts: number;
}): Promise<readonly Figure[]> {
  const { rounds, accounts } = options;
  using home = new TempHome('bench-checks', () => false);
  await using sandbox = await SandboxProcess.start(home, { accounts, seed: 7, speed: 1 });
  const config = writeFleet(home.path, sandbox.line, '60s');
  const stop = new AbortController();
  const io = benchIo(stop.signal);
  const { spec } = readConfig(io, config);
  const { clock, redactor, stdout: destination } = io;
  const log = createLog({ level: 'info', destination, redactor, clock, pretty: false });
  await using stack = new AsyncDisposableStack();
  const daemon = await openDaemon({ io, spec, log, stop: stop.signal, role: 'keeper' });
  stack.defer(() => daemon.close());
  const agent = new Agent({ connections: CONCURRENCY, pipelining: 1 });
  stack.defer(() => agent.close());
  const cpu: Record<'purser' | 'raw', number[]> = { purser: [], raw: [] };
  const contestant = (name: 'purser' | 'raw', work: () => Promise<void>) => async (): Promise<number> => {
    const before = process.cpuUsage();
    const rate = await perSecond(accounts, work);
    const { user, system } = process.cpuUsage(before);
    cpu[name].push((user + system) / accounts);
    return rate;
  };
  const purser = contestant('purser', () => daemon.keeper.passOverAll());
  const raw = contestant('raw', () => rawChecks(agent, sandbox.line));
  // The first pass reads ledger and cards, which no later one does; then the compiler warms up.
  await purser();
  await interleave(2, { purser, raw });
  const sinceMs = Date.now();
  const result = await interleave(rounds, { purser, raw });
  const ratio = medianRatio(result.purser, result.raw);
  const requests = (await sandbox.requests()).filter(({ at }) => at >= sinceMs).length;
  const perCheck = requests / (2 * rounds * accounts);
  return [
    {
      what: `account checks a second (${perCheck.toFixed(2)} requests each)`,
      figure: thousands(median(result.purser)),
      against: `${thousands(median(result.raw))} by bare undici`,
      ratio,
      aim: '>= 0.5',
      isMet: ratio >= 0.5,
    },
    {
      what: 'CPU of the client for one check (hardly moved by what else runs on the machine)',
      figure: `${thousands(median(cpu.purser))} µs`,
      against: `${thousands(median(cpu.raw))} µs by bare undici`,
      ratio: medianRatio(cpu.raw, cpu.purser),
      aim: '',
      isMet: null,
    },
  ];
}

async function rawChecks(agent: Agent, sandbox: SandboxLine): Promise<void> {
  const queue = [...sandbox.accounts];
  const lane = async (): Promise<void> => {
    for (let account = queue.pop(); account !== undefined; account = queue.pop()) {
      const headers = { accept: 'application/json', authorization: `Bearer ${account.token}` };
      for (const path of PATHS) {
        const { body } = await request(`${sandbox.base_url}${path}`, { dispatcher: agent, headers });
        await body.text();
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
}
