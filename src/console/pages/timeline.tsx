import type { Rulebook } from '../../consent';
import { numberText } from '../format';
import type { Markup } from '../page';
import { Chip, Empty, Facts, Time, toneOf } from '../parts';
import type { Event, HistoryRecord, PersonData } from '../people';
import type { View } from '../view';
import { Choices, purposeName } from './consents';

type Props<E> = { v: View; book: Rulebook; person: string; e: E };

function recordFacts({ v, book, person, e: r }: Props<HistoryRecord>) {
  const t = v.t.person;
  const [key = '', version = ''] = (r.notice ?? '').split('@');
  const shown = `/console/notices/${key}/versions/${version}?language=${r.language ?? ''}`;
  return [
    [
      t.record_id,
      <a class="mono" href={`/console/people/${person}/proof/${r.id}`}>
        {r.id}
      </a>,
    ],
    ...(r.site ? [[t.site, book.sites[r.site]?.name ?? r.site] as const] : []),
    ...(r.notice ? [[t.notice, <a href={shown}>{`${r.notice} · ${r.language}`}</a>] as const] : []),
    ...(r.detail.region ? [[t.region, r.detail.region] as const] : []),
    ...(r.detail.signals?.gpc ? [[t.signal, 'GPC'] as const] : []),
    ...(r.evidence
      ? [
          [
            t.evidence,
            `${r.evidence.how}: “${r.evidence.wording}” (${r.evidence.by}, ${r.evidence.when.slice(0, 16).replace('T', ' ')} UTC)`,
          ] as const,
        ]
      : []),
    [t.log_entry, numberText(r.log_seq, v.language)],
  ] as const;
}

const RecordEvent = (p: Props<HistoryRecord>): Markup => {
  const { v, book, e: r } = p;
  return (
    <>
      <span>
        <strong>{v.t.method[r.method as keyof typeof v.t.method] ?? r.method}</strong>
      </span>
      <Choices v={v} book={book} choices={r.choices} />
      <details>
        <summary class="small">{v.t.person.details}</summary>
        <Facts rows={recordFacts(p)} />
      </details>
    </>
  );
};

function Line({ v, book, person, e }: Props<Event>): Markup {
  const t = v.t.person;
  switch (e.kind) {
    case 'record':
      return <RecordEvent v={v} book={book} person={person} e={e.record} />;
    case 'announced':
      return (
        <span>
          {t.announced} <code>{e.topic}</code>{' '}
          <span class="soft">{e.heard.length > 0 ? t.heard(e.heard.join(', ')) : t.heard_none}</span>
        </span>
      );
    case 'mail':
      return (
        <span>
          {t.mail(e.mail)}{' '}
          <Chip tone={e.state === 'failed' ? 'bad' : 'plain'}>{t.mail_state[e.state as 'sent'] ?? e.state}</Chip>
        </span>
      );
    case 'asked':
      return (
        <span>
          {t.asked(e.caller, purposeName(v, book, e.purpose))}{' '}
          <Chip tone={e.allowed ? 'good' : 'bad'}>{e.allowed ? `✓ ${v.t.common.yes}` : `✕ ${v.t.common.no}`}</Chip>{' '}
          <span class="soft">{`${v.t.reason[e.reason as 'granted'] ?? e.reason} · ${t.times(e.count)}`}</span>
        </span>
      );
  }
}

function toneOfEvent(e: Event): string | undefined {
  if (e.kind !== 'record') return undefined;
  const tones = Object.values(e.record.choices).map(toneOf);
  return tones.includes('bad') ? 'bad' : tones.includes('good') ? 'good' : undefined;
}

/** Everything that happened, newest first. */
export const Timeline = ({ v, book, p }: { v: View; book: Rulebook; p: PersonData }): Markup =>
  p.events.length === 0 ? (
    <Empty title={v.t.person.no_events} text={v.t.person.no_events_text} />
  ) : (
    <ol class="timeline">
      {p.events.map((e) => (
        <li class={toneOfEvent(e)}>
          <span class="soft small">
            <Time v={v} at={e.at} />
          </span>
          <Line v={v} book={book} person={p.person} e={e} />
        </li>
      ))}
    </ol>
  );
