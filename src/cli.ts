#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serve as listen } from '@hono/node-server';
import { type CommandDef, defineCommand, runMain } from 'citty';
import { guardedPost } from './delivery/post-node';
import { databasesOf, fileOf, openNode } from './node';
import {
  type Config,
  generateSecrets,
  jsonLogger,
  migrate,
  need,
  readConfig,
  registryMigrations,
  silentLogger,
  systemClock,
  vaultMigrations,
} from './platform';
import { doctor } from './platform/doctor-node';
import { lockFolder } from './platform/lock-node';
import { secretsOf } from './platform/secrets-node';
import { openSqlite } from './platform/sqlite-node';
import { guardedHttp } from './release/http-node';
import { makeBackup, restoreFiles } from './rights/backup-node';
import { fitText, replayRestore, smtpTransport } from './wiring';

const ROOT = resolve(import.meta.dirname, '..');
const WIDGET = join(ROOT, 'dist/widget');
const setup = { actor: { type: 'system', id: 'command' } } as const;

const say = (line: string): void => console.log(line);

/** Opens the data folder for this process alone. */
async function open(config: Config) {
  const { secrets, from, made } = secretsOf(config.dataDir, process.env.AVOW_SECRETS);
  const unlock = lockFolder(config.dataDir);
  const log =
    config.logLevel === 'none'
      ? silentLogger
      : jsonLogger((line) => process.stderr.write(`${line}\n`), systemClock.now);
  const mail = config.smtpUrl ? smtpTransport(config.smtpUrl, config.mailFrom) : undefined;
  const server = await openNode({
    config,
    secrets,
    clock: systemClock,
    log,
    delivery: { mail, post: guardedPost({ dev: config.dev }), http: guardedHttp({ dev: config.dev }) },
    widgetDir: WIDGET,
  });
  return { server, secretsFrom: from, secretsMade: made, close: async () => server.close().finally(unlock) };
}

const serve = defineCommand({
  meta: {
    name: 'serve',
    description: 'Serve the API, the widget and the console. Settings: AVOW_* variables, see README.',
  },
  run: async () => {
    const config = readConfig(process.env);
    const { server, secretsFrom, secretsMade, close } = await open(config);
    const http = listen({ fetch: server.app.fetch, hostname: config.host, port: config.port });
    await new Promise<void>((done, fail) => http.once('listening', done).once('error', fail));
    say(`Avow serves ${config.publicUrl}`);
    say(
      `Data in ${resolve(config.dataDir)}; secrets ${secretsMade ? 'made in' : 'from'} ${secretsFrom}. Back up both, apart from each other.`,
    );
    await firstOfficer(server, config);
    endOnSignal(async () => {
      http.close();
      await close();
    });
  },
});

/** While nobody can sign in, every start prints a link for the first owner. It ends after 30 minutes; there is no password. */
async function firstOfficer(server: Awaited<ReturnType<typeof open>>['server'], config: Config): Promise<void> {
  const { registry } = server.backend;
  const staff = need(await registry.run('staff.list', {}, setup));
  const owner = staff.find((s) => s.role === 'owner' && s.disabled_at === null);
  const signedIn =
    owner !== undefined && need(await registry.run('staff.has_signed_in', { staff: owner.id }, setup)).signed_in;
  if (signedIn) return;
  const id = owner?.id ?? need(await registry.run('staff.create', { name: 'First owner', role: 'owner' }, setup)).id;
  const { token } = need(await registry.run('staff.link', { staff: id }, setup));
  say(`Sign in to the console within 30 minutes: ${config.publicUrl}/console/sign-in?token=${token}`);
}

function endOnSignal(end: () => Promise<void>): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      end().then(
        () => process.exit(0),
        (e) => {
          console.error(e);
          process.exit(1);
        },
      );
    });
  }
}

const demo = defineCommand({
  meta: {
    name: 'demo',
    description: 'A seeded shop, a mailbox and a CRM double with Avow between them, in a temporary folder.',
  },
  args: {
    json: { type: 'boolean', description: 'Print one line of JSON with addresses and keys' },
    port: { type: 'string', description: 'Port of the API; 0 picks a free one', default: '8787' },
    data: { type: 'string', description: 'Keep the data in this folder' },
  },
  run: async ({ args }) => {
    const { startDemo } = await import('./demo');
    const demo = await startDemo({
      open: openNode,
      port: Number(args.port),
      dataDir: args.data,
      widgetDir: WIDGET,
      progress: args.json ? undefined : (line) => say(line),
    });
    say(args.json ? JSON.stringify(demo.facts) : demo.greeting);
    endOnSignal(demo.close);
  },
});

const migrateCommand = defineCommand({
  meta: {
    name: 'migrate',
    description: 'Bring the databases of the data folder up to date (serve does it by itself).',
  },
  run: () => {
    const config = readConfig(process.env);
    const unlock = lockFolder(config.dataDir);
    try {
      databasesOf(config).forEach((name, i) => {
        const handle = openSqlite(fileOf(config, name));
        const applied = migrate(handle, i === 0 ? registryMigrations : vaultMigrations, Date.now());
        handle.close();
        say(`${name}: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}`);
      });
    } finally {
      unlock();
    }
  },
});

const verify = defineCommand({
  meta: {
    name: 'verify',
    description: 'Check an exported log bundle offline: nothing of the server is asked or trusted.',
  },
  args: {
    bundle: { type: 'positional', description: 'The ZIP file', required: true },
    key: {
      type: 'string',
      description: 'A verifier key (name+hash+key) that you know from elsewhere; repeat with commas',
    },
  },
  run: async ({ args }) => {
    const { verifyBundle } = await import('./audit/verify');
    const started = Date.now();
    const report = verifyBundle(
      new Uint8Array(readFileSync(args.bundle)),
      args.key ? { vkeys: args.key.split(',') } : {},
    );
    for (const log of report.logs)
      say(`  ${log.name}: ${log.size} entries, ${log.opened} opened, ${log.erased} erased, ${log.withheld} withheld`);
    for (const finding of report.findings) say(`  ✗ ${finding.message}`);
    say(
      report.ok
        ? `✓ The bundle is intact (${((Date.now() - started) / 1000).toFixed(1)} s).`
        : `✗ The bundle is NOT intact: ${report.findings.length} finding(s).`,
    );
    if (report.ok && report.trust === 'bundle')
      say(`  Signed by ${report.signers.join(', ')}. Compare this key with one that you know from elsewhere (--key).`);
    if (!report.ok) process.exitCode = 1;
  },
});

const doctorCommand = defineCommand({
  meta: {
    name: 'doctor',
    description: 'Check this machine and the configuration, and say what to do about each problem.',
  },
  run: async () => {
    const findings = await doctor(process.env, WIDGET);
    for (const f of findings) say(`${f.ok ? '✓' : '✗'} ${f.what}${f.repair ? `\n    → ${f.repair}` : ''}`);
    if (findings.some((f) => !f.ok)) process.exitCode = 1;
  },
});

const keys = defineCommand({
  meta: { name: 'keys', description: 'Secrets of an installation.' },
  subCommands: {
    generate: defineCommand({
      meta: { name: 'generate', description: 'Print new secrets as JSON, for `wrangler secret put AVOW_SECRETS`.' },
      run: () => say(JSON.stringify(generateSecrets())),
    }),
  },
});

const client = defineCommand({
  meta: {
    name: 'client',
    description: 'Secret keys for services. The server must not be running; while it runs, use the API or the console.',
  },
  subCommands: {
    create: defineCommand({
      meta: { name: 'create', description: 'Make a client and print its key once.' },
      args: {
        name: { type: 'positional', required: true, description: 'What it is called' },
        scopes: {
          type: 'string',
          description: 'check,consent,collect,people,release,rights,audit,admin',
          default: 'check',
        },
      },
      run: async ({ args }) => {
        const { server, close } = await open({ ...readConfig(process.env), logLevel: 'none' });
        const made = need(
          await server.backend.registry.run(
            'client.create',
            { name: args.name, scopes: args.scopes.split(',') as never },
            setup,
          ),
        );
        await close();
        say(made.key);
      },
    }),
  },
});

const place = (config: Config) => ({
  dataDir: config.dataDir,
  databases: databasesOf(config),
  secrets: secretsOf(config.dataDir, process.env.AVOW_SECRETS).secrets,
  clock: systemClock,
});

const backup = defineCommand({
  meta: {
    name: 'backup',
    description: 'Copy the data, and after it the newest keyring, to a folder. May run while the server does.',
  },
  args: {
    out: { type: 'positional', required: true, description: 'The folder' },
    keepDays: { type: 'string', description: 'How old a copy you will ever restore', default: '35' },
  },
  run: ({ args }) => {
    const { dir } = makeBackup(place(readConfig(process.env)), args.out, Number(args.keepDays));
    say(`Data in ${dir}, keys in ${join(args.out, 'keyring')}. Keep them in different places.`);
  },
});

const restore = defineCommand({
  meta: {
    name: 'restore',
    description:
      'Put a backup in the place of the data, and replay erasures and narrowings that came after it. Stop the server first.',
  },
  args: {
    data: { type: 'positional', required: true, description: 'Folder of the copy (its manifest.json)' },
    keyring: { type: 'string', description: 'Copy of the keyring, if the live one is lost' },
    acceptGap: { type: 'string', description: 'Why it is right to go on although narrowings are missing' },
  },
  run: async ({ args }) => {
    const config = readConfig(process.env);
    const unlock = lockFolder(config.dataDir);
    const gap = args.acceptGap ? { by: 'command', because: args.acceptGap } : undefined;
    const facts = restoreFiles(place(config), { data: args.data, keyring: args.keyring, accept_gap: gap });
    unlock();
    const { server, close } = await open({ ...config, logLevel: 'none' });
    const report = await replayRestore({ vaults: server.edge.vaults, registry: server.backend.registry }, facts);
    await close();
    say(
      `Restored. Erased again: ${report.erased}; narrowings replayed: ${report.replayed}. The logs go on in a new epoch.`,
    );
  },
});

const staff = defineCommand({
  meta: { name: 'staff', description: 'People of the console.' },
  subCommands: {
    link: defineCommand({
      meta: {
        name: 'link',
        description:
          'A one-time sign-in link for the first owner. The server must be stopped; while it runs, the console makes links.',
      },
      run: async () => {
        const config = readConfig(process.env);
        const { server, close } = await open({ ...config, logLevel: 'none' });
        const owner = need(await server.backend.registry.run('staff.list', {}, setup)).find(
          (s) => s.role === 'owner' && s.disabled_at === null,
        );
        if (!owner) throw new Error('there is no owner yet: start the server once, it prints a link');
        const { token } = need(await server.backend.registry.run('staff.link', { staff: owner.id }, setup));
        await close();
        say(`Sign in within 30 minutes: ${config.publicUrl}/console/sign-in?token=${token}`);
      },
    }),
  },
});

const scan = defineCommand({
  meta: {
    name: 'scan',
    description:
      'Open a site in headless Chromium and say what it stores and contacts before a choice, after no and after yes.',
  },
  args: {
    url: { type: 'positional', required: true, description: 'The address' },
    json: { type: 'boolean', description: 'The report as JSON' },
    html: { type: 'string', description: 'Write the report as a page to this file' },
  },
  run: async ({ args }) => {
    const { exitCode, renderHtml, scan: look } = await import('../widget/scan');
    try {
      const report = await look(args.url, { progress: args.json ? undefined : say });
      if (args.html) writeFileSync(args.html, renderHtml(report));
      say(
        args.json
          ? JSON.stringify(report)
          : `${exitCode(report) === 0 ? '✓ Nothing undeclared, nothing before a choice or after no.' : '✗ There are findings; see --html or --json.'}`,
      );
      process.exitCode = exitCode(report);
    } catch (e) {
      console.error(e instanceof Error ? e.message : e);
      process.exitCode = 2;
    }
  },
});

const insight = defineCommand({
  meta: { name: 'insight', description: 'Analyses of a file of your own.' },
  subCommands: {
    fit: defineCommand({
      meta: {
        name: 'fit',
        description: 'Fit BG/NBD and Gamma-Gamma to a CSV (customer,date,spend) or a file in the CDNOW format.',
      },
      args: { file: { type: 'positional', required: true, description: 'The file' } },
      run: async ({ args }) => {
        const fitted = fitText(readFileSync(args.file, 'utf8'));
        for (const line of fitted.ok ? fitted.lines : fitted.problems) say(line);
        if (!fitted.ok) process.exitCode = 1;
      },
    }),
  },
});

const main = defineCommand({
  meta: {
    name: 'avow',
    version: (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version,
    description: 'Records what each person allows, decides, enforces and proves.',
  },
  subCommands: {
    serve,
    demo,
    migrate: migrateCommand,
    doctor: doctorCommand,
    verify,
    scan,
    backup,
    restore,
    staff,
    insight,
    keys,
    client,
  } as Record<string, CommandDef>,
});

/** An error's message is written for the reader; its stack is not. */
function plainly(command: CommandDef): CommandDef {
  const { run, subCommands } = command;
  const inner =
    subCommands &&
    Object.fromEntries(
      Object.entries(subCommands as Record<string, CommandDef>).map(([name, c]) => [name, plainly(c)]),
    );
  const guarded: CommandDef['run'] = async (context) => {
    try {
      return await run!(context);
    } catch (e) {
      console.error(e instanceof Error ? e.message : e);
      process.exit(1);
    }
  };
  return { ...command, ...(inner ? { subCommands: inner } : {}), ...(run ? { run: guarded } : {}) };
}

runMain(plainly(main as CommandDef));
