import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { type MirrorEntry, mirrorLine, type Sink, syslogFrame } from './mirror';

/** Appends to a file and has the disk confirm it. */
export const fileSink = (name: string, required: boolean, path: string): Sink => ({
  name,
  required,
  write: async (entries) => {
    const file = await open(path, 'a', 0o600);
    try {
      await file.writeFile(entries.map(mirrorLine).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  },
});

/** Syslog over TCP. Syslog has no acknowledgement: what is known is that the other side took the bytes and closed. */
export const syslogSink = (name: string, required: boolean, to: { host: string; port: number }): Sink => ({
  name,
  required,
  write: (entries: readonly MirrorEntry[], signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ ...to, signal }, () => {
        for (const entry of entries) socket.write(syslogFrame(entry, hostname()));
        socket.end();
      });
      socket.on('error', reject);
      socket.on('close', (failed) => (failed ? reject(new Error('the connection broke')) : resolve()));
      socket.resume();
    }),
});
