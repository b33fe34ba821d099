import { utf8 } from '../platform';
import type { CellValue } from './columns';
import { csvLines } from './csv';
import { xlsxStream } from './xlsx';

export const formats = ['csv', 'ndjson', 'xlsx'] as const;
export type Format = (typeof formats)[number];

/** Pages of rows; a row has one cell for each column of the header. */
export type Batches = AsyncIterable<readonly (readonly CellValue[])[]>;

/** A way to write rows down. Each turns pages into bytes as they come, and keeps none. */
export type Writing = {
  type: string;
  extension: string;
  write(header: readonly string[], batches: Batches, at: Date): AsyncIterable<Uint8Array>;
};

export const writings: Readonly<Record<Format, Writing>> = {
  csv: { type: 'text/csv; charset=utf-8; header=present', extension: 'csv', write: csv },
  ndjson: { type: 'application/x-ndjson', extension: 'ndjson', write: ndjson },
  xlsx: {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extension: 'xlsx',
    write: (header, batches, at) => chunksOf(xlsxStream(header, batches, at)),
  },
};

async function* csv(header: readonly string[], batches: Batches): AsyncGenerator<Uint8Array> {
  yield utf8(csvLines([header]));
  for await (const rows of batches) if (rows.length > 0) yield utf8(csvLines(rows));
}

async function* ndjson(header: readonly string[], batches: Batches): AsyncGenerator<Uint8Array> {
  for await (const rows of batches) {
    if (rows.length === 0) continue;
    yield utf8(
      rows.map((row) => `${JSON.stringify(Object.fromEntries(header.map((h, i) => [h, row[i]])))}\n`).join(''),
    );
  }
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // client-zip ends its generator by throwing the reason of the cancelling into it, and hands that back.
    await reader.cancel('the reader went away').catch(() => {});
  }
}
