import { stringify } from 'csv-stringify/browser/esm/sync';

/** RFC 4180. Cells that a spreadsheet would take for a formula are defused (OWASP, CSV injection). */
export const csvText = (rows: readonly (readonly string[])[]): string =>
  stringify(
    rows.map((r) => [...r]),
    // A line feed alone is no record's end here, yet most readers take it for one.
    { escape_formulas: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  );

/** Streams rows as a file to be saved, one chunk per page of rows, so that no export is held in memory. */
export function csvResponse(
  name: string,
  columns: readonly string[],
  pages: AsyncIterable<readonly (readonly string[])[]>,
): Response {
  const encoder = new TextEncoder();
  const chunks = pages[Symbol.asyncIterator]();
  let first = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      const head = first ? `\uFEFF${csvText([columns])}` : '';
      first = false;
      if (head || !done) controller.enqueue(encoder.encode(`${head}${done ? '' : csvText(value)}`));
      if (done) controller.close();
    },
    cancel: () => void chunks.return?.(undefined),
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}.csv"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
}
