import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { realClock } from '../../src/cli/real-clock.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { configText, scratchFolder, tokenEnvironment, type Wish } from '../keeper/fleet-config.ts';
import type { ChargeRow, RequestRow } from '../keeper/sandbox-record.ts';
import { calmAccounts } from '../sandbox/sandbox-client.ts';
import type { Surroundings } from './a-process.ts';

/** A sandbox on real time, and a folder with a config for its accounts. */
export class AFleet {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly surroundings: Surroundings;

  private constructor(sandbox: Sandbox, folder: string) {
    this.sandbox = sandbox;
    this.folder = folder;
    const secrets = {
      ...tokenEnvironment(sandbox),
      HOOK_SECRET: `whsec_${btoa('canary-canary-canary-canary-')}`,
    };
    this.surroundings = { cwd: folder, secrets };
  }

  static async open(wish: Wish = {}, count = 2): Promise<AFleet> {
    const accounts = calmAccounts(count);
    const sandbox = await startSandbox({ seed: 'cli', speed: 1, accounts, clock: realClock });
    onTestFinished(() => sandbox.close());
    const fleet = new AFleet(sandbox, scratchFolder());
    fleet.write(wish);
    return fleet;
  }

  /** Writes `purser.yaml`, the config that commands take by default. */
  write(wish: Wish): void {
    writeFileSync(join(this.folder, 'purser.yaml'), configText(this.sandbox, wish));
  }

  writeText(text: string): void {
    writeFileSync(join(this.folder, 'purser.yaml'), text);
  }

  async patch(change: Readonly<Record<string, unknown>>, account = 'agent-0001'): Promise<void> {
    await this.#control(`/accounts/${account}`, change);
  }

  async faults(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#control('/faults', settings);
  }

  async charges(): Promise<readonly ChargeRow[]> {
    return (await this.#control('/charges')) as readonly ChargeRow[]; // docs/sandbox.md, "Control"
  }

  async requests(): Promise<readonly RequestRow[]> {
    return (await this.#control('/requests')) as readonly RequestRow[]; // docs/sandbox.md, "Control"
  }

  async posts(): Promise<readonly RequestRow[]> {
    return (await this.requests()).filter(({ method }) => method !== 'GET');
  }

  /** A call to the provider with the token of the first account, as somebody else would make it. */
  async ask(path: string, body: object): Promise<void> {
    const token = this.sandbox.accounts[0]?.token ?? '';
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const url = this.sandbox.baseUrl + path;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
  }

  async #control(path: string, change?: object): Promise<unknown> {
    const url = this.sandbox.controlUrl + path;
    const response = await fetch(
      url,
      change === undefined ? {} : { method: 'PATCH', body: JSON.stringify(change) },
    );
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`${url}: ${JSON.stringify(body)}`);
    return body;
  }
}
