import { type Connector, type Http, Refusal } from '../platform';
import { type ConnectorBody, type CsvBody, foreignRecord } from './connector-kind';
import { readCsv } from './csv-read';
import { Hubspot } from './hubspot';
import { Salesforce } from './salesforce';
import { webhookPush } from './webhook-push';

/** What a connector needs of the outside. */
export type Outside = { http: Http; sleep(ms: number): Promise<void>; now(): number };

/** The connector that an administrator has declared. `file`: the list of a system that is read as a file. */
export function connectorOf(body: ConnectorBody, outside: Outside, file?: string): Connector {
  switch (body.kind) {
    case 'hubspot':
      return new Hubspot(body, outside);
    case 'salesforce':
      return new Salesforce(body, outside);
    case 'webhook':
      return webhookPush(body, outside, outside.now);
    case 'csv':
      return csvFile(body, file);
  }
}

/** A file can be read and not written: what it says too much is reported, and restricted by its owner. */
function csvFile(body: CsvBody, file: string | undefined): Connector {
  const never = (): never => {
    throw new Refusal('conflict', 'a file can not be written to: download an export, or take the list of mismatches');
  };
  return {
    check: async () => [{ name: 'a file needs no connection', ok: true, detail: 'send it with the reconciliation' }],
    pull: async () => {
      if (file === undefined)
        throw new Refusal('invalid', 'send the file', [{ path: '/body', message: 'must be the CSV file' }]);
      const rows = [...readCsv(file)].map((row, i) =>
        foreignRecord(body, row[body.id] || `row ${i + 2}`, (name) => row[name]),
      );
      return { records: rows, next: null };
    },
    read: never,
    find: never,
    describe: never,
    restrict: never,
    erase: never,
    push: never,
  };
}
