import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { realClock } from '../../src/cli/real-clock.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { epochMs } from '../../src/domain/time.ts';
import { Store } from '../../src/store/store.ts';
import { OPTIONS } from '../store/a-store.ts';
import { AFleet } from './a-fleet.ts';
import { AProcess } from './a-process.ts';

const EXAMPLE = new URL('../../config.example.yaml', import.meta.url);

test('the demo tells within seconds of falling balances, a decline, a top-up, a repair and a person who is needed', async () => {
  const fleet = await AFleet.open();
  fleet.writeText(readFileSync(EXAMPLE, 'utf8').replace('127.0.0.1:9464', '127.0.0.1:0'));
  const demo = new AProcess(['demo', '--config', 'purser.yaml'], fleet.surroundings);
  for (const sentence of [
    /render-us +card declined \(insufficient_funds\)/,
    /render-us +top-up settled: \$50\.00/,
    /voice-support +fix-payment settled/,
    /research-lab +needs a person/,
    /research-lab +to pay: http:\/\/127\.0\.0\.1:\d+\/pay\/cs_/,
    /render-eu +top-up settled: \$50\.00/,
    /balances +.*\$[\d.]+↓/,
  ]) {
    await demo.until(String(sentence), () => sentence.test(demo.stdout));
  }
  const page = /^Page: (\S+)/m.exec(demo.stdout)?.[1] ?? '';
  const text = await (await fetch(page)).text();
  expect(text).toContain('sandbox: no real money');
  expect(text).toMatch(/needs a person[\s\S]*research-lab/);
  expect(text).toContain('>Pay $50.00</a>'); // in the sandbox for everybody
  demo.kill('SIGTERM');
  const { code, stdout, stderr } = await demo.ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('No real money moves.');
  expect(stdout).toMatch(/Stopped: \d+ charges settled in all/);
  const [link = ''] = stdout.match(/http\S+\/pay\/cs_\w+/) ?? [];
  const again = new AProcess(['demo', '--config', 'purser.yaml'], fleet.surroundings);
  await again.until('the same link', () => again.stdout.includes(link));
  expect((await fetch(link)).status).toBe(200);
  const store = Store.openCopy(join(fleet.folder, 'data', 'demo.db'), OPTIONS);
  expect(store.samples.read('render-eu' as AccountName, epochMs(0), realClock.now())).not.toEqual([]);
  store.close();
  const world = readFileSync(join(fleet.folder, 'data', 'demo.db.sandbox.json'), 'utf8');
  for (const [token] of world.matchAll(/\d+\|sbx_\w+/g)) expect(stdout).not.toContain(token);
});

test('the demo says which port was taken, and serves on another', async () => {
  const fleet = await AFleet.open();
  const { port } = new URL(fleet.sandbox.baseUrl);
  fleet.writeText(readFileSync(EXAMPLE, 'utf8').replace('127.0.0.1:9464', `127.0.0.1:${port}`));
  const demo = new AProcess(['demo', '--config', 'purser.yaml'], fleet.surroundings);
  await demo.until('the page', () => demo.stdout.includes('Page: '));
  expect(demo.stdout).toContain(
    `\ncannot listen on 127.0.0.1:${port} (the port is taken), so the page is at a free port; server.listen`,
  );
  const page = /^Page: (\S+)/m.exec(demo.stdout)?.[1] ?? '';
  expect((await fetch(page)).status).toBe(200);
});

test('the demo refuses a config that names a real provider: 64', async () => {
  const fleet = await AFleet.open();
  const { code, stderr } = await new AProcess(
    ['demo', '--config', 'purser.yaml'],
    fleet.surroundings,
  ).ended();
  expect(code).toBe(64);
  expect(stderr).toContain('purser run');
});
