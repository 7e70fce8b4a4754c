import type { ConfigProblem } from '../config/config-problem.ts';
import type { Clock, Random } from '../domain/ports.ts';
import type { Redactor } from '../telemetry/redactor.ts';

export type Output = { write(text: string): unknown };

/** The process as commands see it. main.ts makes the real one; tests may make their own. */
export type CliIo = {
  /** Data. */
  readonly stdout: Output;
  /** Messages for people. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdoutIsTerminal: boolean;
  /** How wide the terminal is; `null` where stdout is none. */
  readonly stdoutColumns: number | null;
  /** One whose lines can be written over. */
  readonly stderrIsTerminal: boolean;
  readonly color: boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts at SIGINT or SIGTERM; its reason is the signal's name. */
  readonly stop: AbortSignal;
  /** Called at every SIGHUP. */
  readonly onHangup: (callback: () => void) => void;
  /** Asks on the terminal; `null` where there is none. */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** The same without showing what is typed. */
  readonly askHidden: ((question: string) => Promise<string>) | null;
  /** All of stdin, as far as the limit. */
  readonly readStdin: (bytesMax: number) => Promise<string>;
  /** Told by work on many accounts how far it is. */
  readonly progress: (done: number, total: number) => void;
  /** Everything that may hold a secret passes it on its way out. */
  readonly redactor: Redactor;
  readonly version: string;
  readonly revision: string;
};

/** operations.md, "Commands". */
export const EXIT = {
  ok: 0,
  failure: 1,
  planHasChanges: 2,
  moneyNeedsAttention: 4,
  usage: 64,
  badConfig: 78,
  interrupted: 130,
} as const;

/** What went wrong: for people on stderr, and on stdout for a script that asked for JSON. */
export type Told = {
  /** A stable word. */
  readonly code: string;
  /** A sentence, with place; a full stop is put behind it. */
  readonly message: string;
  /** What to do next, in sentences. */
  readonly mend: string | null;
  /** The provider's, which its support asks for. */
  readonly requestId: string | null;
  /** Of a config, one by one; the message says them all. */
  readonly problems: readonly ConfigProblem[];
};

/** Ends a command with an exit code; what is told is written by whoever runs the command. */
export class ExitWith extends Error {
  readonly code: number;
  readonly told: Told;

  constructor(code: number, told: Pick<Told, 'code' | 'message'> & Partial<Told>) {
    super(told.message);
    this.code = code;
    this.told = { mend: null, requestId: null, problems: [], ...told };
  }
}
