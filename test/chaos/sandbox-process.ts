import { z } from 'zod';
import { Child } from './child.ts';
import type { TempHome } from './temp-home.ts';

const firstLineSchema = z.object({
  base_url: z.string(),
  stripe_url: z.string(),
  control_url: z.string(),
  accounts: z.array(
    z.object({ name: z.string(), email: z.string(), password: z.string(), token: z.string() }),
  ),
});
const chargeSchema = z.object({
  account: z.string(),
  amount_cents: z.number(),
  card: z.string(),
  kind: z.string(),
  key: z.string().nullable(),
  at: z.string().transform((text) => Date.parse(text)),
});
const requestSchema = z.object({
  account: z.string().nullable(),
  method: z.string(),
  path: z.string(),
  key: z.string().nullable(),
  status: z.number().nullable(),
  at: z.string().transform((text) => Date.parse(text)),
});
const accountSchema = z.object({ name: z.string(), balance: z.number(), burn: z.number() });

export type SandboxLine = z.output<typeof firstLineSchema>;
export type Charge = z.output<typeof chargeSchema>;
export type SandboxRequest = z.output<typeof requestSchema>;
export type SandboxAccount = z.output<typeof accountSchema>;

/** `purser sandbox` as a process of its own, and its control address. */
export class SandboxProcess implements AsyncDisposable {
  readonly line: SandboxLine;
  readonly #child: Child;

  private constructor(child: Child, line: SandboxLine) {
    this.#child = child;
    this.line = line;
  }

  static async start(
    home: TempHome,
    options: {
      readonly accounts: number;
      readonly seed: number;
      readonly speed: number;
      readonly more?: string[];
    },
  ): Promise<SandboxProcess> {
    const { accounts, seed, speed, more = [] } = options;
    const { promise, resolve } = Promise.withResolvers<string>();
    const flags = { port: 0, accounts, seed, speed };
    const child = new Child(
      [
        'sandbox',
        '--json',
        ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
        ...more,
      ],
      { cwd: home.path, onLine: resolve, stderrPath: home.file('sandbox.stderr') },
    );
    const line = await Promise.race([promise, child.ended]);
    if (typeof line !== 'string')
      throw new Error(`the sandbox ended at once; see ${home.file('sandbox.stderr')}`);
    return new SandboxProcess(child, firstLineSchema.parse(JSON.parse(line)));
  }

  async charges(): Promise<readonly Charge[]> {
    return z.array(chargeSchema).parse(await this.#get('/charges'));
  }

  async requests(): Promise<readonly SandboxRequest[]> {
    return z.array(requestSchema).parse(await this.#get('/requests'));
  }

  async accounts(): Promise<readonly SandboxAccount[]> {
    return z.array(accountSchema).parse(await this.#get('/accounts'));
  }

  /** Changes one account and returns its balance right after, in dollars. */
  async patchAccount(name: string, patch: Readonly<Record<string, unknown>>): Promise<SandboxAccount> {
    return accountSchema.parse(await this.#patch(`/accounts/${name}`, patch));
  }

  async setFaults(faults: Readonly<Record<string, number | boolean | string>>): Promise<void> {
    await this.#patch('/faults', faults);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.end('SIGKILL');
  }

  async #get(path: string): Promise<unknown> {
    return await answerOf(await fetch(`${this.line.control_url}${path}`));
  }

  async #patch(path: string, body: unknown): Promise<unknown> {
    const request = { method: 'PATCH', body: JSON.stringify(body) };
    return await answerOf(await fetch(`${this.line.control_url}${path}`, request));
  }
}

async function answerOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`the sandbox answered ${response.status}: ${await response.text()}`);
  return await response.json();
}
