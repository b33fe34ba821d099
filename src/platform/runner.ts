import type { Clock } from './clock';
import { recall, remember } from './commands';
import { type Db, forgetDerived, type Handle, isDiskFull } from './db';
import { type ErrorCode, Refusal } from './errors';
import { dueJobs, type JobRow, jobDone, jobFailed, nextDue, scheduleJob } from './jobs';
import { KeyDestroyed, KeyMemory, KeyNeeded, type Keyring } from './keyring';
import type { AuditDetail, CallContext, Listeners, Op, Ops, Reader, Result, VaultInfo, Writer } from './ops';
import type { Wire } from './wire';

/** What other rooms do inside the runner's transaction; `wiring.ts` injects them. */
export interface RunnerHooks {
  audit(w: Writer, event: string, detail: AuditDetail): number;
  emit(w: Writer, topic: string, body: Wire): void;
  /** The sequence of the last committed act: the size of the log. */
  sequence(db: Db): number;
  /** The last recorded time of this database, or 0. */
  lastTime(db: Db): number;
  /** May this database answer under the rulebook that the caller has seen? */
  admit?(r: Reader): ErrorCode | undefined;
}

export interface RunnerOptions {
  handle: Handle;
  ops: Ops;
  clock: Clock;
  keyring: Keyring;
  /** This database's own key for a label (derived from the configured secrets). */
  ownKey(label: string): Uint8Array;
  info: VaultInfo;
  hooks: RunnerHooks;
  listeners?: Listeners;
  /** A failed COMMIT or fsync: what was acknowledged is safe, what comes next isn't known. The process must end. */
  fatal(error: unknown): void;
  /** Called after a commit that queued messages or jobs. */
  wake?(what: { messages: boolean; due?: number }): void;
  /** An unexpected error, for the log. */
  report?(error: unknown, op: string): void;
  maxQueue?: number;
  /** A batch ends after this many milliseconds, so that reads get their turn. */
  batchMs?: number;
}

type Job = {
  name: string;
  run: (w: Writer, input: never) => unknown;
  input: unknown;
  context: CallContext;
  settle: (r: Result<Wire>) => void;
  tries: number;
  /** Runs in the same savepoint, before the operation, which may put itself on the clock again. */
  before?: (db: Db) => void;
  /** How long the command's id is remembered. */
  remember?: number;
  /** What of it a restore has to replay; set while it runs. */
  journal?: string[];
};

const MAX_BATCH = 256;
/** How often an operation may ask for keys: a person has three classes, and an action touches few persons. */
const MAX_KEY_ROUNDS = 40;

/** The unit of work: one database, one writer, group commit (ARCHITECTURE, "The runner"). */
export class Runner {
  private readonly urgent: Job[] = [];
  private readonly waiting: Job[] = [];
  private scheduled = false;
  private ended = false;
  private messages = false;
  private due: number | undefined;
  private lastTime: number;
  readonly memory: KeyMemory;

  constructor(private readonly o: RunnerOptions) {
    this.memory = new KeyMemory(o.ownKey);
    this.lastTime = o.hooks.lastTime(o.handle.db);
  }

  get info(): VaultInfo {
    return this.o.info;
  }

  /** Runs an operation by name. Never throws: every failure is a Result. */
  run = (name: string, input: unknown, context: CallContext): Promise<Result<Wire>> => {
    const op = Object.hasOwn(this.o.ops, name) ? this.o.ops[name] : undefined;
    if (!op) return Promise.resolve(failure('not_found', `no operation ${name}`));
    return this.start(name, op, input, context, 0).catch((e) => this.failed(e, name));
  };

  private async start(
    name: string,
    op: Op,
    input: unknown,
    context: CallContext,
    round: number,
  ): Promise<Result<Wire>> {
    try {
      const parsed = op.parse(input);
      const refused = this.refuse(context);
      if (refused) return refused;
      if (op.kind === 'query') return this.answer(op.run(this.reader(context), parsed) as Wire);
      if (op.kind === 'attempt' && !context.command) {
        const seen = op.look(this.reader(context), parsed) as Wire | undefined;
        if (seen !== undefined) return this.answer(seen);
      }
      return await this.enqueue(name, op, parsed, context);
    } catch (e) {
      if (e instanceof KeyNeeded && round < MAX_KEY_ROUNDS) {
        await this.fetchKeys(e);
        return this.start(name, op, input, context, round + 1);
      }
      return this.failed(e, name);
    }
  }

  private refuse(context: CallContext): Result<Wire> | undefined {
    if (this.ended) return failure('unavailable', 'this database has stopped');
    if (context.atLeast !== undefined && !this.reached(context.atLeast)) {
      return failure('revision_not_reached', 'this state is not there yet: try again');
    }
    const code = this.o.hooks.admit?.(this.reader(context));
    return code && failure(code, code === 'rulebook_stale' ? 'a newer rulebook must be installed first' : code);
  }

  private enqueue(
    name: string,
    op: Exclude<Op, { kind: 'query' }>,
    input: unknown,
    context: CallContext,
  ): Promise<Result<Wire>> {
    if (this.urgent.length + this.waiting.length >= (this.o.maxQueue ?? 5000)) {
      return Promise.resolve(failure('busy', 'too many writes are waiting: try again'));
    }
    return new Promise((settle) => {
      const kept = op.kind === 'action' ? op.remember : undefined;
      const job: Job = { name, run: op.run as Job['run'], input, context, settle, tries: 0, remember: kept };
      const first = op.kind === 'action' && op.urgent?.(input) === true;
      (first ? this.urgent : this.waiting).push(job);
      this.plan();
    });
  }

  private plan(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  /** One transaction for everybody who waits; nobody is answered before COMMIT. */
  private flush(): void {
    this.scheduled = false;
    const taken: Job[] = [];
    const settled: (() => void)[] = [];
    try {
      this.o.handle.outer(() => this.batch(taken, settled));
    } catch (e) {
      this.lost(taken, e);
      return;
    }
    settled.forEach((done, i) => {
      if (!taken[i]!.journal?.length) done();
    });
    this.journal(taken, settled);
    this.afterCommit();
  }

  /** What narrows is acknowledged once it also stands outside this database, where a restore finds it. */
  private journal(taken: readonly Job[], settled: readonly (() => void)[]): void {
    const { info } = this.o;
    const bodies = taken.flatMap((job) => job.journal ?? []);
    const entries = bodies.map((body) => ({ vault: info.name, body, at: this.lastTime }));
    if (entries.length === 0) return;
    const each = (settle: (job: Job, done: () => void) => void) =>
      taken.forEach((job, i) => {
        if (job.journal?.length) settle(job, settled[i]!);
      });
    this.o.keyring.journal(entries).then(
      () => each((_job, done) => done()),
      (e) => {
        this.o.report?.(e, 'journal');
        each((job) => job.settle(failure('unavailable', 'recorded, but not yet safe from a restore: try again')));
      },
    );
  }

  private batch(taken: Job[], settled: (() => void)[]): void {
    const until = performance.now() + (this.o.batchMs ?? 8);
    while (taken.length < MAX_BATCH && (taken.length === 0 || performance.now() < until)) {
      const job = this.urgent.shift() ?? this.waiting.shift();
      if (!job) return;
      taken.push(job);
      settled.push(this.one(job));
      if (!this.o.handle.alive()) throw new Error('the transaction was ended by an error');
    }
  }

  /** Runs one job in its savepoint and says how to settle it after the commit. */
  private one(job: Job): () => void {
    try {
      const value = this.o.handle.inner(() => this.act(job));
      const result = this.answer(value);
      return () => job.settle(result);
    } catch (e) {
      job.journal = undefined;
      forgetDerived(this.o.handle.db);
      if (!this.o.handle.alive()) throw e;
      if (e instanceof KeyNeeded && job.tries++ < MAX_KEY_ROUNDS) return () => this.again(job, e);
      const result = this.failed(e, job.name);
      return () => job.settle(result);
    }
  }

  private act(job: Job): Wire {
    const { db } = this.o.handle;
    job.journal = undefined;
    const known = job.context.command && recall(db, this.memory.keys, job.context);
    if (known) return known.value;
    job.before?.(db);
    const { writer, check } = this.writer(job);
    const value = job.run(writer, job.input as never) as Wire;
    if (typeof (value as { then?: unknown } | null)?.then === 'function') {
      throw new TypeError(`${job.name} is asynchronous, and a transaction can't wait`);
    }
    check();
    if (job.context.command) remember(db, this.memory.keys, job, value, writer.now);
    return value;
  }

  private reader(context: CallContext): Reader {
    const { handle, clock, info } = this.o;
    return { db: handle.db, now: clock.now(), keys: this.memory.keys, context, vault: info };
  }

  private writer(job: Job): { writer: Writer; check(): void } {
    const { handle, clock, hooks, info, listeners } = this.o;
    const { db } = handle;
    let audited = false;
    let unchanged = false;
    const writer: Writer = {
      db,
      now: this.monotonic(clock.now()),
      keys: this.memory.keys,
      context: job.context,
      vault: info,
      audit: (event, detail) => {
        audited = true;
        return hooks.audit(writer, event, detail);
      },
      auditedLater: () => {
        audited = true;
      },
      unchanged: () => {
        unchanged = true;
      },
      emit: (topic, body) => {
        this.messages = true;
        hooks.emit(writer, topic, body);
      },
      journal: (body) => {
        job.journal = [...(job.journal ?? []), JSON.stringify(body)];
      },
      raise: (event, detail) => {
        for (const listener of listeners?.[event] ?? []) listener(writer, detail);
      },
      schedule: (j) => {
        scheduleJob(db, j);
        this.due = Math.min(this.due ?? j.due, j.due);
      },
    };
    const before = changes(db);
    const check = () => {
      if (unchanged && changes(db) !== before) throw new Error(`${job.name} said "unchanged" and changed rows`);
      if (!audited && !unchanged) throw new Error(`${job.name} ended without an audit entry`);
    };
    return { writer, check };
  }

  /** Recorded time never runs backwards in one database, whatever the machine's clock does. */
  private monotonic(now: number): number {
    this.lastTime = Math.max(this.lastTime, now);
    return this.lastTime;
  }

  /** Runs the jobs whose time has come, each in its own transaction, and says when the next is due. */
  async runDueJobs(limit = 50): Promise<{ ran: number; next: number | undefined }> {
    const jobs = dueJobs(this.o.handle.db, this.o.clock.now(), limit);
    for (const job of jobs) await this.runJob(job);
    return { ran: jobs.length, next: nextDue(this.o.handle.db) };
  }

  private async runJob(job: JobRow): Promise<void> {
    const op = Object.hasOwn(this.o.ops, job.op) ? this.o.ops[job.op] : undefined;
    const context: CallContext = { actor: { type: 'system', id: 'clock' } };
    if (!op || op.kind === 'query') return this.jobFailed(job, `${job.op} is not an action`);
    const result = await new Promise<Result<Wire>>((settle) => {
      const run = op.run as Job['run'];
      this.waiting.push({
        name: job.op,
        run,
        input: op.parse(JSON.parse(job.input)),
        context,
        settle,
        tries: 0,
        before: (db) => jobDone(db, job.id),
      });
      this.plan();
    });
    if (!result.ok) this.jobFailed(job, result.error.message);
  }

  private jobFailed(job: JobRow, error: string): void {
    this.o.handle.outer(() => jobFailed(this.o.handle.db, job, error, this.o.clock.now()));
  }

  /** The whole batch is gone: nothing of it was acknowledged, nothing is run again blindly. */
  private lost(taken: readonly Job[], e: unknown): void {
    this.messages = false;
    this.due = undefined;
    forgetDerived(this.o.handle.db);
    const full = isDiskFull(e);
    this.o.report?.(e, 'commit');
    if (!full) {
      this.ended = true;
      this.o.fatal(e);
    }
    const result = failure(
      'unavailable',
      full ? 'the disk is full: nothing was recorded' : 'the write failed: nothing was recorded',
    );
    const stranded = this.ended ? [...this.urgent.splice(0), ...this.waiting.splice(0)] : [];
    for (const job of [...taken, ...stranded]) job.settle(result);
    if (!this.ended && this.urgent.length + this.waiting.length > 0) this.plan();
  }

  private afterCommit(): void {
    if (this.messages || this.due !== undefined) this.o.wake?.({ messages: this.messages, due: this.due });
    this.messages = false;
    this.due = undefined;
    if (this.urgent.length + this.waiting.length > 0) this.plan();
  }

  private again(job: Job, e: KeyNeeded): void {
    this.fetchKeys(e).then(
      () => {
        this.urgent.push(job);
        this.plan();
      },
      (error) => job.settle(this.failed(error, job.name)),
    );
  }

  private async fetchKeys(e: KeyNeeded): Promise<void> {
    const { keyring } = this.o;
    const keys = e.make ? await keyring.make(e.refs) : await keyring.load(e.refs);
    e.refs.forEach((ref, i) => {
      this.memory.put(ref, keys[i], e.make);
    });
  }

  private answer(value: Wire): Result<Wire> {
    return { ok: true, value, revision: encodeRevision(this.o.info, this.o.hooks.sequence(this.o.handle.db)) };
  }

  private reached(atLeast: string): boolean {
    const part = decodeRevision(atLeast).find((p) => p.vault === this.o.info.index);
    if (!part) return true;
    const { epoch } = this.o.info;
    return part.epoch < epoch || (part.epoch === epoch && part.sequence <= this.o.hooks.sequence(this.o.handle.db));
  }

  private failed(e: unknown, op: string): Result<Wire> {
    if (e instanceof Refusal) return failure(e.code, e.message, e.fields);
    if (e instanceof KeyDestroyed) return failure('gone', 'this person was erased');
    this.o.report?.(e, op);
    if (isDiskFull(e)) return failure('unavailable', 'the disk is full: nothing was recorded');
    return failure('internal', 'something went wrong here; nothing was changed');
  }
}

const failure = (code: ErrorCode, message: string, fields?: Wire): Result<Wire> => ({
  ok: false,
  error: fields === undefined ? { code, message } : { code, message, fields },
});

const changes = (db: Db): number => db.read('select total_changes() as n').get<{ n: number }>()!.n;

export type RevisionPart = { vault: number; epoch: number; sequence: number };

/** `rv1_` and base64url of `vault.epoch.sequence`, several joined by commas. Opaque to callers. */
export const encodeRevision = (info: VaultInfo, sequence: number): string =>
  joinRevisions([{ vault: info.index, epoch: info.epoch, sequence }]);

export function joinRevisions(parts: readonly RevisionPart[]): string {
  return `rv1_${btoa(parts.map((p) => `${p.vault}.${p.epoch}.${p.sequence}`).join(',')).replaceAll('=', '')}`;
}

/** Reads a revision; throws a refusal for anything else. */
export function decodeRevision(revision: string): RevisionPart[] {
  try {
    if (!revision.startsWith('rv1_')) throw new Error();
    return atob(revision.slice(4))
      .split(',')
      .map((p) => {
        const m = /^(-?\d{1,5})\.(\d{1,6})\.(\d{1,15})$/.exec(p);
        if (!m) throw new Error();
        return { vault: Number(m[1]), epoch: Number(m[2]), sequence: Number(m[3]) };
      });
  } catch {
    throw new Refusal('invalid', 'not a revision of ours', [
      { path: '/header/consent-revision-at-least', message: 'is not a revision' },
    ]);
  }
}
