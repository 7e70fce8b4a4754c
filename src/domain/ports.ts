import type { EpochMs } from './time.ts';

/** Time as purser knows it. Tests and the simulator advance their own. */
export interface Clock {
  now(): EpochMs;
  /** Milliseconds on a clock that never jumps; only differences mean anything. */
  monotonicMs(): number;
  /** How long ago the host was booted, the time that it slept included, and which boot that was; `null` where no one can say. */
  sinceBoot(): SinceBoot | null;
  /** Resolves after `durationMs` (clamped to what a timer can hold), or at once when `signal` aborts. Never rejects. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** Differences mean something to every process of the same boot. */
export type SinceBoot = { readonly boot: string; readonly ms: number };

export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** `count` random bytes in hexadecimal. */
  hex(count: number): string;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** `event` is a stable dotted name; everything that varies is a field. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
