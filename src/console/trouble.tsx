import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Problem } from '../http';
import { Lone } from './layout';
import { html, seeOther } from './page';
import { languageFor, textsOf } from './texts';

/**
 * A refusal as a person in a browser sees it: who isn't signed in is led to the sign-in page, everybody else is told in
 * words. Programs (and forms that another site sent) get the problem as it is.
 */
export async function consoleTrouble(c: Context, answer: Response): Promise<Response> {
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json');
  if (!isProblem || !c.req.header('accept')?.includes('text/html')) return answer;
  if (answer.status === 401 && c.req.method === 'GET') return seeOther('/console/sign-in');
  const problem = (await answer.clone().json()) as Problem;
  const language = languageFor(getCookie(c, 'avow-language'), c.req.header('accept-language'));
  const t = textsOf(language);
  const title = t.trouble[problem.code as 'not_found'] ?? t.trouble.other;
  const id = answer.headers.get('x-request-id');
  return html(
    <Lone language={language} title={title}>
      <p>{problem.detail}</p>
      {Array.isArray(problem.errors) ? (
        <ul>
          {(problem.errors as { path: string; message: string }[]).map((e) => (
            <li>
              <code>{e.path}</code> {e.message}
            </li>
          ))}
        </ul>
      ) : null}
      <p class="soft small">{id ? t.trouble.reference(id) : ''}</p>
      <a class="button primary" href={answer.status === 401 ? '/console/sign-in' : '/console'}>
        {t.trouble.back}
      </a>
    </Lone>,
    answer.status,
    id ? { 'x-request-id': id } : {},
  );
}
