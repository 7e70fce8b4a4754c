import pino from 'pino';
import type { Clock, Log, LogFields } from '../domain/ports.ts';
import { plainFields } from './log-fields.ts';
import { prettyLine } from './pretty-line.ts';
import type { Redactor } from './redactor.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where lines go: `process.stderr`, a file's stream, a test's array. */
export type LogDestination = { write(text: string): unknown };

/**
 * The one logger. A line is one JSON object {level, time, event, …fields}, or with `pretty` one readable line; either
 * passes the redactor as its very last step. Time is the clock's, so that virtual time shows in the log.
 */
export function createLog(options: {
  level: LogLevel;
  destination: LogDestination;
  redactor: Redactor;
  clock: Clock;
  pretty: boolean;
}): Log {
  const { level, destination, redactor, clock, pretty } = options;
  const clean = (text: string) => redactor.clean(text);
  const logger = pino(
    {
      level,
      base: null,
      // Errors are plain fields by then; pino would add a message of its own for one under `err`.
      errorKey: 'pino_error',
      serializers: { err: (plain: unknown) => plain },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
    },
    {
      write: (line: string) => {
        const cleaned = clean(line);
        destination.write(pretty ? clean(prettyLine(cleaned)) : cleaned);
      },
    },
  );
  const write =
    (label: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      if (logger.isLevelEnabled(label)) logger[label]({ event, ...plainFields(fields, clean) });
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
