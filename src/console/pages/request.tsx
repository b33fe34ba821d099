import * as z from 'zod';
import { homeOf } from '../../consent';
import { type CallContext, need, type Result, type Wire } from '../../platform';
import { DELAY_GROUNDS, DENIAL_GROUNDS, type DelayGround, type DenialGround } from '../../rights';
import { ErrorNote, Input } from '../fields';
import { errorsOf, type Form, type FormErrors } from '../form';
import { numberText } from '../format';
import { Layout } from '../layout';
import { deed, doneAt, html, type Markup, page } from '../page';
import { Card, Csrf, Facts } from '../parts';
import type { ConsolePorts } from '../ports';
import { holdingsOf, isRequestId } from '../requests';
import type { View } from '../view';
import { path, RequestPage, read, type Shown } from './request-parts';

const params = z.object({ request: z.string().refine(isRequestId, 'must be req_…') });

type Holdings = { name: string; title: string; count: number }[];

/** Says in numbers what an erasure will do, before it is approved. */
const ErasePage = ({
  v,
  r,
  holdings,
  errors,
}: {
  v: View;
  r: Shown;
  holdings: Holdings;
  errors?: FormErrors;
}): Markup => {
  const t = v.t.requests;
  const total = holdings.reduce((n, h) => n + h.count, 0);
  return (
    <Layout
      v={v}
      at="requests"
      title={t.erase}
      lead={<code>{r.id}</code>}
      up={{ label: v.t.right[r.right], href: path(r) }}
    >
      <ErrorNote errors={errors} title={v.t.common.wrong} />
      <div class="note warn">
        <p>
          <strong>{t.erase_what(numberText(total, v.language))}</strong>
        </p>
        <p>{t.erase_text}</p>
      </div>
      <Card title={t.holdings}>
        <Facts
          rows={holdings.filter((h) => h.count > 0).map((h) => [h.title, numberText(h.count, v.language)] as const)}
        />
      </Card>
      <Card>
        <form class="stack" method="post" action={path(r, 'erase')}>
          <Csrf v={v} />
          <Input name="confirm" label={t.erase_confirm(r.id.slice(-8))} errors={errors} required />
          <div class="row">
            <button class="button danger" type="submit">
              {t.erase_button}
            </button>
            <a class="button" href={path(r)}>
              {v.t.common.cancel}
            </a>
          </div>
        </form>
      </Card>
    </Layout>
  );
};

async function erasePage(ports: ConsolePorts, v: View, id: string, context: CallContext, errors?: FormErrors) {
  const r = await read(ports, id, context);
  const holdings = r.person ? await holdingsOf(ports, id, r.person, context) : [];
  return html(<ErasePage v={v} r={r} holdings={holdings} errors={errors} />, errors ? 422 : 200);
}

type Doing = (form: Form, id: string, context: CallContext) => Promise<Result<Wire>>;

/** The steps and the operations behind them; the operations judge what is sent. */
const doings = (ports: ConsolePorts): Record<string, Doing> => {
  const home = (id: string) => homeOf(ports.vaults, id);
  return {
    approve: (_f, request, c) => home(request).run('request.approve', { request }, c),
    deny: (f, request, c) =>
      home(request).run(
        'request.deny',
        { request, ground: f.text('ground') as DenialGround, message: f.maybe('message') },
        c,
      ),
    extend: (f, request, c) =>
      home(request).run('request.extend', { request, reason: f.text('reason') as DelayGround }, c),
    pause: (f, request, c) =>
      home(request).run(
        'request.pause',
        { request, ground: f.text('ground') as 'identity', message: f.maybe('message') },
        c,
      ),
    resume: (_f, request, c) => home(request).run('request.resume', { request }, c),
    complete: (f, request, c) =>
      home(request).run(
        'request.complete',
        { request, outcome: f.text('outcome') as 'succeed', message: f.maybe('message') },
        c,
      ),
    note: (f, request, c) => home(request).run('request.note', { request, text: f.text('text').slice(0, 5000) }, c),
  };
};

/** Values that a form may send for a step; anything else is refused before an operation sees it. */
const CHOICES: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  deny: ['ground', Object.keys(DENIAL_GROUNDS)],
  extend: ['reason', Object.keys(DELAY_GROUNDS)],
  pause: ['ground', ['identity', 'clarification']],
  complete: ['outcome', ['succeed', 'find_nothing', 'reject']],
};

async function take(ports: ConsolePorts, v: View, verb: string, form: Form, id: string, context: CallContext) {
  const again = async (errors: FormErrors) =>
    html(<RequestPage v={v} r={await read(ports, id, context)} errors={errors} />, 422);
  const [field, allowed] = CHOICES[verb] ?? [undefined, []];
  if (field && !allowed.includes(form.text(field)))
    return again({ message: '', fields: { [field]: v.t.common.needed } });
  if (verb === 'note' && !form.text('text')) return again({ message: '', fields: { text: v.t.common.needed } });
  const result = await doings(ports)[verb]!(form, id, context);
  return result.ok ? doneAt(path({ id }), `request_${verb}`) : again(errorsOf(result.error));
}

const VERBS = ['approve', 'deny', 'extend', 'pause', 'resume', 'complete', 'note'] as const;

export const requestRoutes = (ports: ConsolePorts) => [
  page({
    path: '/console/requests/{request}',
    right: 'requests',
    summary: 'One request; reading it is written down',
    params,
    show: async (v, call) => html(<RequestPage v={v} r={await read(ports, call.params.request, call.context())} />),
  }),
  deed(ports, {
    path: '/console/requests/{request}/reveal',
    right: 'answer',
    summary: 'Show who asks, with a reason that is written down',
    params,
    act: async (v, form, call) => {
      const { request } = call.params;
      if (form.text('reason').length < 3) return doneAt(path({ id: request }), 'reason_needed');
      const reason = form.text('reason').slice(0, 500);
      need(await homeOf(ports.vaults, request).run('console.reveal_asker', { request, reason }, call.context()));
      return html(<RequestPage v={v} r={await read(ports, request, call.context())} asker />);
    },
  }),
  page({
    path: '/console/requests/{request}/erase',
    right: 'answer',
    summary: 'What an erasure will do, in numbers',
    params,
    show: (v, call) => erasePage(ports, v, call.params.request, call.context()),
  }),
  deed(ports, {
    path: '/console/requests/{request}/erase',
    right: 'answer',
    summary: 'Approve an erasure',
    params,
    act: async (v, form, call) => {
      const { request } = call.params;
      const wrong = (errors: FormErrors) => erasePage(ports, v, request, call.context(), errors);
      if (form.text('confirm') !== request.slice(-8))
        return wrong({ message: '', fields: { confirm: v.t.common.needed } });
      const result = await homeOf(ports.vaults, request).run('request.approve', { request }, call.context());
      return result.ok ? doneAt(path({ id: request }), 'request_approve') : wrong(errorsOf(result.error));
    },
  }),
  ...VERBS.map((verb) =>
    deed(ports, {
      path: `/console/requests/{request}/${verb}`,
      right: 'answer',
      summary: `Requests: ${verb}`,
      params,
      act: (v, form, call) => take(ports, v, verb, form, call.params.request, call.context()),
    }),
  ),
];
