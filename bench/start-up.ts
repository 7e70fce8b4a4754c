import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PurserProcess } from '../test/chaos/purser-process.ts';
import { TempHome } from '../test/chaos/temp-home.ts';
import { writeFleet } from './bench-fleet.ts';
import type { Figure } from './figure.ts';
import { interleave, median, medianRatio } from './rounds.ts';

const ACCOUNTS = 50;

/**
 * From the spawn of `purser run`, as the image starts it (a compile cache for `main.ts` too), to the first request at the
 * provider, against a Node that does nothing.
 */
export async function benchStartUp(options: { rounds: number }): Promise<readonly Figure[]> {
  using home = new TempHome('bench-start', () => false);
  await using provider = createServer((_, response) => response.writeHead(503).end('{}'));
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo; // it listens on TCP
  const origin = `http://127.0.0.1:${port}`;
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => ({
    name: `agent-${index}`,
    email: `agent-${index}@example.com`,
    password: '',
    token: `${index}|bench_token_${index}`,
  }));
  const urls = { base_url: `${origin}/api/agents/v1`, stripe_url: `${origin}/stripe`, control_url: origin };
  const config = writeFleet(home.path, { ...urls, accounts }, '1s');
  const purser = (end: 'SIGTERM' | 'SIGKILL') => async (): Promise<number> => {
    const first = once(provider, 'request');
    const daemon = new PurserProcess({
      cwd: home.path,
      config,
      env: { NODE_COMPILE_CACHE: home.file('compile-cache') },
      stdoutPath: home.file('purser.log'),
      stderrPath: home.file('purser.stderr'),
    });
    await first;
    const tookMs = performance.now() - daemon.child.startedMs;
    await daemon.end(end);
    return tookMs;
  };
  await purser('SIGTERM')(); // fills it, as the image's build does: Node writes it when it ends
  const result = await interleave(options.rounds, { purser: purser('SIGKILL'), bare: bareNode });
  const purserMs = median(result.purser);
  return [
    {
      what: 'start-up to the first poll, as in the image',
      figure: `${Math.round(purserMs)} ms`,
      against: `${Math.round(median(result.bare))} ms by an empty Node`,
      ratio: medianRatio(result.purser, result.bare),
      aim: '< 500 ms',
      isMet: purserMs < 500,
    },
  ];
}

async function bareNode(): Promise<number> {
  const startMs = performance.now();
  const child = spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - startMs;
}
