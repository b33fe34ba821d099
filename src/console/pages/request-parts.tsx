import { homeOf } from '../../consent';
import { type CallContext, need, type Wire } from '../../platform';
import { DELAY_GROUNDS, DENIAL_GROUNDS, type DelayGround, type DenialGround, type Right } from '../../rights';
import { Area, ErrorNote, Input, Select } from '../fields';
import type { FormErrors } from '../form';
import { Layout } from '../layout';
import type { Markup } from '../page';
import { Card, Chip, Csrf, Empty, Facts, PersonLink, Time } from '../parts';
import type { ConsolePorts } from '../ports';
import type { View } from '../view';
import { DueChip, stateTone } from './requests';

type Note = { at: number; by: string; text: string };
export type Shown = {
  id: string;
  right: Right;
  state: string;
  person: string | null;
  site: string | null;
  region: string;
  language: string;
  source: string;
  received_at: string;
  due_at: string;
  due_because: string;
  acknowledge_by: string | null;
  extension_reason: string | null;
  paused_since: string | null;
  verified: string | null;
  approvals: number;
  cooling_off_until: string | null;
  ground: string | null;
  closed_at: string | null;
  subject: { type: string; id: string } | null;
  message: string | null;
  notes: Note[];
  events: { at: string; event: string; actor: string; state: string; detail: Wire }[];
  tasks: { system: string; state: string; attempts: number; result: Wire }[];
  certificate: string | null;
  may: string[];
};

export const read = async (ports: ConsolePorts, id: string, context: CallContext): Promise<Shown> =>
  need(await homeOf(ports.vaults, id).run('request.show', { request: id }, context)) as unknown as Shown;

export const path = (r: Pick<Shown, 'id'>, verb?: string): string =>
  `/console/requests/${r.id}${verb ? `/${verb}` : ''}`;

function About({ v, r, asker }: { v: View; r: Shown; asker: boolean }): Markup {
  const t = v.t.requests;
  return (
    <Card title={t.facts}>
      <Facts
        rows={[
          [t.state, <Chip tone={stateTone(r.state)}>{v.t.request_state[r.state as 'received'] ?? r.state}</Chip>],
          [
            t.due,
            <>
              <DueChip
                v={v}
                r={{
                  due_at: Date.parse(r.due_at),
                  received_at: Date.parse(r.received_at),
                  closed_at: r.closed_at ? Date.parse(r.closed_at) : null,
                }}
              />{' '}
              <Time v={v} at={r.due_at} style="utc" />
            </>,
          ],
          [t.because, <span class="small">{r.due_because}</span>],
          [t.received, <Time v={v} at={r.received_at} />],
          [t.identity, r.verified ? (t.proved_by[r.verified as 'link'] ?? r.verified) : t.unproved],
          [t.person, r.person ? <PersonLink id={r.person} /> : t.nobody],
          [t.source, t.source_word[r.source as 'staff'] ?? r.source],
          [t.region, r.region === 'unknown' ? v.t.consents.region_unknown : r.region],
          ...(r.approvals > 0 ? [[t.approvals, String(r.approvals)] as const] : []),
          ...(r.extension_reason ? [[t.extended, t.delay[r.extension_reason as DelayGround]] as const] : []),
          ...(r.paused_since ? [[t.paused, <Time v={v} at={r.paused_since} />] as const] : []),
          ...(r.cooling_off_until ? [[t.cooling, <Time v={v} at={r.cooling_off_until} />] as const] : []),
          ...(r.ground ? [[t.refused_because, t.ground[r.ground as DenialGround] ?? r.ground] as const] : []),
          ...(asker
            ? [
                [
                  t.asker,
                  <strong>
                    {r.subject
                      ? `${v.t.identifier[r.subject.type as 'email'] ?? r.subject.type}: ${r.subject.id}`
                      : t.words_gone}
                  </strong>,
                ] as const,
              ]
            : []),
        ]}
      />
      {asker ? (
        <p class="soft">{v.t.person.revealed}</p>
      ) : v.may('answer') && r.subject ? (
        <details>
          <summary>{t.reveal}</summary>
          <form class="stack" method="post" action={path(r, 'reveal')}>
            <Csrf v={v} />
            <Input name="reason" label={v.t.person.reveal_reason} help={v.t.person.reveal_help} required />
            <div class="row">
              <button class="button" type="submit">
                {v.t.person.reveal_button}
              </button>
            </div>
          </form>
        </details>
      ) : null}
    </Card>
  );
}

const Words = ({ v, r }: { v: View; r: Shown }): Markup => {
  const t = v.t.requests;
  const mails = r.notes.filter((n) => n.by === 'mail');
  return (
    <Card title={t.messages}>
      {r.message ? (
        <blockquote class="stack">
          <p class="soft small">{t.from_person}</p>
          <p class="prose">{r.message}</p>
        </blockquote>
      ) : (
        <p class="soft">{t.no_message}</p>
      )}
      {mails.map((n) => (
        <div class="stack">
          <p class="soft small">
            {t.to_person} <Time v={v} at={n.at} />
          </p>
          <p class="prose">{n.text}</p>
        </div>
      ))}
    </Card>
  );
};

const Notes = ({ v, r }: { v: View; r: Shown }): Markup => {
  const t = v.t.requests;
  return (
    <Card title={t.notes}>
      <p class="soft">{t.notes_text}</p>
      {r.notes
        .filter((n) => n.by !== 'mail')
        .map((n) => (
          <div class="stack">
            <p class="soft small">
              <Time v={v} at={n.at} /> · <span class="mono">{n.by}</span>
            </p>
            <p class="prose">{n.text}</p>
          </div>
        ))}
      {v.may('answer') ? (
        <form class="stack" method="post" action={path(r, 'note')}>
          <Csrf v={v} />
          <Area name="text" label={t.note} short required />
          <div class="row">
            <button class="button" type="submit">
              {t.note_button}
            </button>
          </div>
        </form>
      ) : null}
    </Card>
  );
};

const TASK_TONE: Readonly<Record<string, 'good' | 'bad' | 'warn' | 'plain'>> = {
  done: 'good',
  not_found: 'good',
  failed: 'bad',
  waiting_manual: 'warn',
  retrying: 'warn',
};

const Tasks = ({ v, r }: { v: View; r: Shown }): Markup => (
  <Card title={v.t.requests.systems} flush>
    {r.tasks.length === 0 ? (
      <Empty title={v.t.requests.no_systems} text={v.t.requests.no_systems_text} />
    ) : (
      <ul class="todo">
        {r.tasks.map((task) => (
          <li>
            <strong>{v.t.requests.system[task.system as 'own_store'] ?? task.system}</strong>
            <Chip tone={TASK_TONE[task.state] ?? 'plain'}>{v.t.requests.task[task.state as 'done'] ?? task.state}</Chip>
          </li>
        ))}
      </ul>
    )}
  </Card>
);

const Story = ({ v, r }: { v: View; r: Shown }): Markup => (
  <Card title={v.t.person.timeline}>
    <ol class="timeline">
      {[...r.events].reverse().map((e) => (
        <li>
          <span class="soft small">
            <Time v={v} at={e.at} /> · <span class="mono">{e.actor}</span>
          </span>
          <span>
            <strong>{v.t.requests.event[e.event as 'received'] ?? e.event}</strong>{' '}
            <span class="soft">{v.t.request_state[e.state as 'received'] ?? e.state}</span>
          </span>
        </li>
      ))}
    </ol>
  </Card>
);

type Step = { verb: string; label: string; text: string; tone?: 'primary' | 'danger'; fields?: Markup };

const option = <K extends string>(keys: readonly K[], label: (k: K) => string) =>
  keys.map((value) => ({ value, label: label(value) }));

/** What can be done now, by the table of states: nothing that would be refused is offered. */
function stepsOf(v: View, r: Shown): Step[] {
  const t = v.t.requests;
  const can = (event: string) => r.may.includes(event);
  const manual = r.tasks.some((x) => x.state === 'waiting_manual');
  const steps: (Step | false)[] = [
    can('approve') &&
      r.right !== 'erasure' && { verb: 'approve', label: t.approve, text: t.approve_text, tone: 'primary' },
    manual && {
      verb: 'complete',
      label: t.complete,
      text: t.complete_text,
      tone: 'primary',
      fields: (
        <>
          <Select
            name="outcome"
            label={t.outcome}
            options={option(['succeed', 'find_nothing', 'reject'] as const, (k) => t.outcome_word[k])}
          />
          <Area name="message" label={t.say} help={t.say_help} short />
        </>
      ),
    },
    can('ask_subject') && {
      verb: 'pause',
      label: t.pause,
      text: t.pause_text,
      fields: (
        <>
          <Select
            name="ground"
            label={t.pause_ground}
            options={option(['identity', 'clarification'] as const, (k) => t.pause_word[k])}
          />
          <Area name="message" label={t.say} short required />
        </>
      ),
    },
    can('subject_answered') && { verb: 'resume', label: t.resume, text: t.resume_text, tone: 'primary' },
    r.closed_at === null &&
      !r.extension_reason && {
        verb: 'extend',
        label: t.extend,
        text: t.extend_text,
        fields: (
          <Select
            name="reason"
            label={t.why}
            options={option(Object.keys(DELAY_GROUNDS) as DelayGround[], (k) => t.delay[k])}
          />
        ),
      },
    can('deny') && {
      verb: 'deny',
      label: t.deny,
      text: t.deny_text,
      tone: 'danger',
      fields: (
        <>
          <Select
            name="ground"
            label={t.why}
            options={option(
              Object.keys(DENIAL_GROUNDS) as DenialGround[],
              (k) => `${t.ground[k]} (${DENIAL_GROUNDS[k].article})`,
            )}
          />
          <Area name="message" label={t.say} help={t.say_help} short />
        </>
      ),
    },
  ];
  return steps.filter((s): s is Step => s !== false);
}

const StepForm = ({ v, r, s, open }: { v: View; r: Shown; s: Step; open: boolean }): Markup => (
  <details open={open}>
    <summary>{s.label}</summary>
    <form class="stack" method="post" action={path(r, s.verb)}>
      <Csrf v={v} />
      <p class="soft">{s.text}</p>
      {s.fields}
      <div class="row">
        <button class={s.tone ? `button ${s.tone}` : 'button'} type="submit">
          {s.label}
        </button>
      </div>
    </form>
  </details>
);

const Steps = ({ v, r }: { v: View; r: Shown }): Markup | null => {
  const steps = v.may('answer') ? stepsOf(v, r) : [];
  const erase = v.may('answer') && r.right === 'erasure' && r.may.includes('approve');
  if (steps.length === 0 && !erase) return null;
  return (
    <Card title={v.t.requests.next}>
      {erase ? (
        <a class="button danger" href={path(r, 'erase')}>
          {v.t.requests.erase}
        </a>
      ) : null}
      {steps.map((s, i) => (
        <StepForm v={v} r={r} s={s} open={i === 0 && s.tone === 'primary'} />
      ))}
    </Card>
  );
};

export const RequestPage = ({
  v,
  r,
  errors,
  asker = false,
}: {
  v: View;
  r: Shown;
  errors?: FormErrors;
  asker?: boolean;
}): Markup => (
  <Layout
    v={v}
    at="requests"
    title={v.t.right[r.right] ?? r.right}
    lead={<code>{r.id}</code>}
    up={{ label: v.t.nav.requests, href: '/console/requests' }}
  >
    <ErrorNote errors={errors} title={v.t.common.wrong} />
    <div class="columns">
      <div class="stack">
        <Steps v={v} r={r} />
        <Words v={v} r={r} />
        <Notes v={v} r={r} />
        <Story v={v} r={r} />
      </div>
      <div class="stack">
        <About v={v} r={r} asker={asker} />
        <Tasks v={v} r={r} />
      </div>
    </div>
  </Layout>
);
