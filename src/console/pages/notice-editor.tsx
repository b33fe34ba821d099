import { type Finding, publishable } from '../../consent';
import type { CallContext } from '../../platform';
import { putDefinition } from '../definitions';
import { Area, Check, Checks, ErrorNote, Input } from '../fields';
import type { Form, FormErrors } from '../form';
import { Layout } from '../layout';
import { lintDraft } from '../lint';
import { doneAt, html, type Markup } from '../page';
import { Card, Chip, Csrf } from '../parts';
import type { ConsolePorts } from '../ports';
import { languages } from '../texts';
import type { View } from '../view';

export type NoticeBody = {
  texts: Record<string, { title: string; text: string }>;
  needs_new_consent: boolean;
  reason?: string;
};

type Draft = { key: string; version: number; body: NoticeBody };
type EditProps = { v: View; d: Draft; errors?: FormErrors; override?: boolean };

const Editor = ({ v, d, errors, override }: EditProps): Markup => {
  const t = v.t.notices;
  const shown = [...new Set([...Object.keys(d.body.texts), ...languages])];
  return (
    <form
      class="fields"
      method="post"
      action={d.version === 0 ? '/console/notices/new' : `/console/notices/${d.key}/edit`}
    >
      <Csrf v={v} />
      <input type="hidden" name="version" value={String(d.version)} />
      {d.version === 0 ? (
        <Input name="key" label={t.key} help={v.t.purposes.key_help} value={d.key} errors={errors} required />
      ) : null}
      <div class="stack wide">
        {shown.map((l, i) => (
          <details open={i === 0 || d.body.texts[l] !== undefined}>
            <summary>{v.t.language[l as 'en'] ?? l}</summary>
            <div class="fields">
              <Input name={`title.${l}`} label={t.name} value={d.body.texts[l]?.title} errors={errors} wide />
              <Area
                name={`text.${l}`}
                label={t.text}
                help={t.text_help}
                value={d.body.texts[l]?.text}
                errors={errors}
                wide
              />
            </div>
          </details>
        ))}
      </div>
      <Checks legend={t.question} help={t.question_help}>
        <Check
          type="radio"
          name="needs_new_consent"
          value="no"
          label={t.keeps}
          help={t.keeps_help}
          checked={!d.body.needs_new_consent}
        />
        <Check
          type="radio"
          name="needs_new_consent"
          value="yes"
          label={t.asks_anew}
          help={t.asks_anew_help}
          checked={d.body.needs_new_consent}
        />
      </Checks>
      <Area name="reason" label={t.reason} help={t.reason_help} value={d.body.reason} errors={errors} wide short />
      {override ? (
        <Checks legend={t.lint_anyway}>
          <Check name="override" label={t.lint_anyway_label} help={t.lint_anyway_help} />
        </Checks>
      ) : null}
      <div class="row wide">
        <button class="button primary" type="submit">
          {t.publish}
        </button>
        <a class="button" href={d.version === 0 ? '/console/notices' : `/console/notices/${d.key}`}>
          {v.t.common.cancel}
        </a>
      </div>
    </form>
  );
};

export const EditPage = (p: EditProps & { extra?: Markup | null }): Markup => (
  <Layout
    v={p.v}
    at="notices"
    title={p.d.version === 0 ? p.v.t.notices.add : p.v.t.notices.new_version}
    lead={p.v.t.notices.edit_lead}
    up={{ label: p.v.t.nav.notices, href: '/console/notices' }}
  >
    <ErrorNote errors={p.errors} title={p.v.t.common.wrong} />
    {p.extra ?? null}
    <Card>
      <Editor {...p} />
    </Card>
  </Layout>
);

function bodyOf(form: Form): NoticeBody {
  const titles = form.record('title');
  const texts = form.record('text');
  const found = [...new Set([...Object.keys(titles), ...Object.keys(texts)])];
  return {
    texts: Object.fromEntries(found.map((l) => [l, { title: titles[l] ?? '', text: texts[l] ?? '' }])),
    needs_new_consent: form.text('needs_new_consent') === 'yes',
    reason: form.text('reason'),
  };
}

const SLUG = /^[a-z][a-z0-9_]{0,62}$/;

/** What the linter says, errors first, and the way past it: an officer's word that stays with the version. */
const Lint = ({ v, findings, blocked }: { v: View; findings: readonly Finding[]; blocked: boolean }): Markup => {
  const t = v.t.notices;
  return (
    <div class={blocked ? 'note bad' : 'note warn'} role="alert">
      <p>
        <strong>{blocked ? t.lint_blocked : t.lint_warned}</strong>
      </p>
      <ul>
        {findings.map((f) => (
          <li>
            {f.severity === 'error' ? (
              <Chip tone="bad">{t.lint_error}</Chip>
            ) : (
              <Chip tone="warn">{t.lint_warning}</Chip>
            )}{' '}
            {f.message} <span class="soft small">{`${f.path} · ${f.source}`}</span>
          </li>
        ))}
      </ul>
      {blocked ? <p>{t.lint_override}</p> : null}
    </div>
  );
};

export async function publish(
  ports: ConsolePorts,
  v: View,
  form: Form,
  known: string | undefined,
  context: CallContext,
) {
  const key = known ?? form.text('key');
  const expected = Number(form.text('version')) || 0;
  const body = bodyOf(form);
  const again = (errors: FormErrors) =>
    html(<EditPage v={v} d={{ key, version: expected, body }} errors={errors} />, 422);
  if (!SLUG.test(key)) return again({ message: '', fields: { key: v.t.common.bad_key } });
  if (Object.keys(body.texts).length === 0) return again({ message: v.t.notices.no_text, fields: {} });
  const { book } = await ports.snapshot();
  const findings = lintDraft(book, key, body.texts, v.now);
  const overridden = form.flag('override') && (body.reason ?? '').length >= 10;
  if (!publishable(findings) && !overridden)
    return html(
      <EditPage
        v={v}
        d={{ key, version: expected, body }}
        extra={<Lint v={v} findings={findings} blocked />}
        override
      />,
      422,
    );
  const wrong = await putDefinition(ports, { kind: 'notices', key, body }, expected, context);
  return wrong ? again(wrong) : doneAt(`/console/notices/${key}`, 'published');
}
