import { z } from 'zod';
import { Child, type Ended } from './child.ts';

const lineSchema = z.looseObject({ level: z.string(), event: z.string(), metrics: z.string().optional() });
const intentSchema = z.object({
  id: z.string(),
  account: z.string(),
  kind: z.string(),
  state: z.string(),
  amount_usd: z.number(),
  settled_usd: z.number().nullable(),
  key: z.string(),
  sends: z.number(),
  armed_at: z.string(),
});
const alertSchema = z.object({ type: z.string(), fingerprint: z.string(), headline: z.string() });

export type LogLine = z.output<typeof lineSchema>;
export type IntentRow = z.output<typeof intentSchema>;
export type Alert = z.output<typeof alertSchema>;
export type Ready = { readonly url: string; readonly tookMs: number };

const INTENTS_MAX = 10_000;

/** `purser run` as a process of its own, its log read line by line. */
export class PurserProcess {
  readonly child: Child;
  /** Resolves when it said that it started; `null` where it ended before. */
  readonly ready: Promise<Ready | null>;
  /** How often each event stood in the log. */
  readonly events = new Map<string, number>();
  readonly #listeners = new Set<(line: LogLine) => void>();

  constructor(options: {
    readonly cwd: string;
    readonly config: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly nodeFlags?: readonly string[];
    /** Flags of `run` besides the config. */
    readonly more?: readonly string[];
    readonly stdoutPath: string;
    readonly stderrPath: string;
  }) {
    const { config, more = [], ...rest } = options;
    const { promise, resolve } = Promise.withResolvers<Ready>();
    this.child = new Child(['run', '--config', config, ...more], {
      ...rest,
      onLine: (line) => this.#read(line),
    });
    this.onLine((line) => {
      if (line.event !== 'purser.started' || line.metrics === undefined) return;
      resolve({
        url: line.metrics.replace(/\/metrics$/, ''),
        tookMs: performance.now() - this.child.startedMs,
      });
    });
    this.ready = Promise.race([promise, this.child.ended.then(() => null)]);
  }

  onLine(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  seen(event: string): number {
    return this.events.get(event) ?? 0;
  }

  /** Its address, once it is up. Throws where it ended instead. */
  async url(): Promise<string> {
    const ready = await this.ready;
    if (ready === null) throw new Error('purser ended before it was ready; see its stderr');
    return ready.url;
  }

  async intents(states: readonly string[]): Promise<readonly IntentRow[]> {
    const query = `limit=${INTENTS_MAX}${states.length === 0 ? '' : `&state=${states.join(',')}`}`;
    const body = await this.#get(`/api/v1/intents?${query}`);
    return z.object({ intents: z.array(intentSchema) }).parse(body).intents;
  }

  async alerts(): Promise<readonly Alert[]> {
    return z.object({ alerts: z.array(alertSchema) }).parse(await this.#get('/api/v1/alerts')).alerts;
  }

  end(signal: NodeJS.Signals): Promise<Ended> {
    return this.child.end(signal);
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${await this.url()}${path}`);
    if (!response.ok) throw new Error(`purser answered ${response.status} to ${path}`);
    return await response.json();
  }

  #read(text: string): void {
    const parsed = lineSchema.safeParse(jsonOf(text));
    if (!parsed.success) return;
    const line = parsed.data;
    this.events.set(line.event, this.seen(line.event) + 1);
    for (const listener of this.#listeners) listener(line);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a line that was cut off by a kill
  }
}
