import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const ROWS_PER_CHUNK = 2_000;

/** A JSON array of any length, written in parts: two million rows do not fit into one string. */
export async function writeRecord<Row>(
  response: ServerResponse,
  rows: readonly Row[],
  shape: (row: Row) => unknown,
): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  await pipeline(Readable.from(parts(rows, shape)), response);
}

function* parts<Row>(rows: readonly Row[], shape: (row: Row) => unknown): Generator<string> {
  const { length } = rows;
  yield '[';
  for (let start = 0; start < length; start += ROWS_PER_CHUNK) {
    const end = Math.min(length, start + ROWS_PER_CHUNK);
    const part = rows.slice(start, end).map((row) => JSON.stringify(shape(row)));
    yield (start === 0 ? '' : ',') + part.join(',');
  }
  yield ']';
}
