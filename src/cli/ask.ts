import { createInterface, type Interface } from 'node:readline/promises';
import type { Readable, Writable as WritableStream } from 'node:stream';
import { Writable } from 'node:stream';
import { EXIT, ExitWith } from './cli-io.ts';

/** Where a person types, and where the questions stand: stdin and stderr. */
export type Terminal = { readonly input: Readable; readonly output: WritableStream };

/** One line from the terminal. Ends the command where the person or a signal ends the question. */
export async function askOnTerminal({ input, output }: Terminal, question: string, stop: AbortSignal) {
  const lines = createInterface({ input, output });
  return await oneLine(lines, question, { output, stop });
}

/** The same, and none of it is shown. */
export async function askHiddenOnTerminal({ input, output }: Terminal, question: string, stop: AbortSignal) {
  output.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, next) => next() });
  const lines = createInterface({ input, output: silent, terminal: true });
  try {
    return await oneLine(lines, '', { output, stop });
  } finally {
    output.write('\n');
  }
}

/** Closing gives the terminal its echo back, however the question ends. */
async function oneLine(
  lines: Interface,
  question: string,
  { output, stop }: { readonly output: WritableStream; readonly stop: AbortSignal },
): Promise<string> {
  try {
    return await lines.question(question, { signal: stop });
  } catch (error) {
    // Ctrl-C, Ctrl-D, or the signal.
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    if (question !== '') output.write('\n');
    throw new ExitWith(EXIT.interrupted, {
      code: 'interrupted',
      message: 'stopped at the question',
      mend: 'Nothing was changed.',
    });
  } finally {
    lines.close();
  }
}

/** All of stdin, cut off at the limit. */
export async function readAllOfStdin(bytesMax: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    const bytes = Buffer.from(part);
    parts.push(bytes);
    size += bytes.length;
    if (size >= bytesMax) break;
  }
  return Buffer.concat(parts).subarray(0, bytesMax).toString('utf8');
}
