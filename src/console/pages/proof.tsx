import { createHash } from 'node:crypto';
import * as z from 'zod';
import { homeOf } from '../../consent';
import { type CallContext, need, parseVaultId, Refusal } from '../../platform';
import { numberText } from '../format';
import { Layout } from '../layout';
import { html, type Markup, page } from '../page';
import { Card, Chip, Copy, Facts, StatusChip, Time } from '../parts';
import { activePerson, type HistoryRecord } from '../people';
import type { ConsolePorts } from '../ports';
import type { View } from '../view';
import { purposeName } from './consents';
import type { NoticeBody } from './notice-editor';
import { personParams } from './person';

const params = personParams.extend({
  record: z.string().refine((r) => parseVaultId(r)?.prefix === 'rec', 'must be rec_…'),
});

type LogProof = { index: number; checkpoint: string; hashes: string[] } | null;
type Shown = { title: string; text: string; matches: boolean } | undefined;

/** The text that was shown, and whether it has the hash that the record names: SHA-256 over title, line feed, text. */
async function shownText(ports: ConsolePorts, r: HistoryRecord, context: CallContext): Promise<Shown> {
  const [key = '', version = ''] = (r.notice ?? '').split('@');
  if (!key || !r.language) return undefined;
  const asked = { kind: 'notices', key, version: Number(version) };
  const found = need(await ports.registry.run('definitions.get', asked, context));
  const text = (found?.body as unknown as NoticeBody | undefined)?.texts[r.language];
  if (!text) return undefined;
  const hash = createHash('sha256').update(`${text.title}\n${text.text}`).digest('hex');
  return { ...text, matches: hash === r.notice_hash };
}

function Acts({ v, book, r }: { v: View; book: Parameters<typeof purposeName>[1]; r: HistoryRecord }): Markup {
  const t = v.t.person;
  return (
    <Card title={t.record_id}>
      <Facts
        rows={[
          [t.record_id, <code>{r.id}</code>],
          [
            v.t.consents.time,
            <>
              <Time v={v} at={r.at} /> <span class="soft">{`${r.at.slice(0, 19).replace('T', ' ')} UTC`}</span>
            </>,
          ],
          [v.t.consents.method, v.t.method[r.method as 'api'] ?? r.method],
          [
            v.t.consents.choices,
            <span class="chips">
              {Object.entries(r.choices).map(([p, status]) => (
                <StatusChip v={v} status={status} label={purposeName(v, book, p)} />
              ))}
            </span>,
          ],
          ...(r.site ? [[t.site, book.sites[r.site]?.name ?? r.site] as const] : []),
          ...(r.detail.region ? [[t.region, r.detail.region] as const] : []),
          ...(r.evidence
            ? [
                [v.t.person.how, r.evidence.how] as const,
                [v.t.person.wording, r.evidence.wording] as const,
                [v.t.person.by, r.evidence.by] as const,
                [v.t.person.when, r.evidence.when] as const,
              ]
            : []),
        ]}
      />
    </Card>
  );
}

const Notice = ({ v, r, shown }: { v: View; r: HistoryRecord; shown: Shown }): Markup => {
  const t = v.t.person;
  return (
    <Card title={t.shown}>
      {shown ? (
        <>
          <Facts
            rows={[
              [t.notice, `${r.notice} (${r.language})`],
              [t.hash, <code>{r.notice_hash ?? ''}</code>],
              [
                '',
                shown.matches ? (
                  <Chip tone="good">{`✓ ${t.hash_ok}`}</Chip>
                ) : (
                  <Chip tone="bad">{`✕ ${t.hash_bad}`}</Chip>
                ),
              ],
            ]}
          />
          <article lang={r.language ?? undefined} class="stack">
            <h3>{shown.title}</h3>
            <p class="prose">{shown.text}</p>
          </article>
        </>
      ) : (
        <p class="soft">{t.not_kept}</p>
      )}
    </Card>
  );
};

const InLog = ({ v, r, proof }: { v: View; r: HistoryRecord; proof: LogProof }): Markup => {
  const t = v.t.person;
  const index = numberText(r.log_seq, v.language);
  const size = proof ? (proof.checkpoint.split('\n')[1] ?? '') : '';
  return (
    <Card title={t.in_log}>
      {proof ? (
        <>
          <p>
            <Chip tone="good">{`✓ ${t.log_published(index, size)}`}</Chip>
          </p>
          <Copy v={v} id="head" label={t.head} value={proof.checkpoint} area />
          <Copy v={v} id="path" label={t.path} value={proof.hashes.join('\n')} area />
        </>
      ) : (
        <p>
          <Chip tone="warn">{t.log_sequenced(index)}</Chip>
        </p>
      )}
    </Card>
  );
};

async function show(ports: ConsolePorts, v: View, at: { person: string; record: string }, context: CallContext) {
  const person = await activePerson(ports, at.person, context);
  const home = homeOf(ports.vaults, person);
  const history = need(await home.run('consent.history', { person }, context)).history as unknown as HistoryRecord[];
  const r = history.find((h) => h.id === at.record);
  if (!r) throw new Refusal('not_found', 'this person has no such record');
  const { book } = await ports.snapshot();
  const [shown, proof] = await Promise.all([
    shownText(ports, r, context),
    home.run('log.proof', { seq: r.log_seq }, context),
  ]);
  const t = v.t.person;
  return html(
    <Layout
      v={v}
      at="consents"
      title={t.proof}
      lead={t.proof_lead}
      up={{ label: t.title, href: `/console/people/${person}` }}
      actions={<span class="soft">{t.print}: Ctrl+P</span>}
    >
      <Acts v={v} book={book} r={r} />
      <Notice v={v} r={r} shown={shown} />
      <InLog v={v} r={r} proof={need(proof) as LogProof} />
    </Layout>,
  );
}

export const proofRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/people/{person}/proof/{record}',
    right: 'consents',
    summary: 'Proof of one act: what was chosen, what was shown, where it stands in the log. Made for paper',
    params,
    show: (v, call) => show(ports, v, call.params, call.context()),
  }),
];
