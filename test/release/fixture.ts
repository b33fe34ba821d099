import type { Manifest } from '../../src/release/manifest';
import { type Company, openCompany } from '../people/fixture';

const en = (text: string) => ({ en: text });

/** Purposes that name whom they give data to; the rest of the company is that of the store's tests. */
const MORE: readonly (readonly [string, string, object])[] = [
  [
    'purposes',
    'marketing_email',
    {
      name: en('Newsletter'),
      text: en('Newsletter'),
      basis: 'consent',
      categories: ['user.contact.email', 'user.demographic.language', 'user.behavior.purchase_history'],
      direct_marketing: true,
      channels: ['email'],
      recipients: ['pigeonloft'],
    },
  ],
  [
    'purposes',
    'analytics',
    {
      name: en('Analytics'),
      text: en('Analytics'),
      basis: 'consent',
      device: 'analytics',
      categories: ['user.behavior', 'user.demographic'],
      recipients: ['tallybrook'],
    },
  ],
];

export type ExportAnswer = {
  id: string;
  status: string;
  columns: string[];
  dropped_columns: { column: string; reason: string }[];
  content_url: string;
  manifest_url: string;
  releases?: { id: string; outcome: string; counts: Manifest['counts'] | null }[];
};

export async function openShop(vaults: number, more: readonly (readonly [string, string, object])[] = []) {
  const company = await openCompany(vaults, [...MORE, ...more]);
  const put = async (number: string, attributes: object = {}, extra: object = {}) => {
    const { body } = await company.send<{ person: string }>('PUT', `/v1/people/customer:shop~${number}`, {
      source: 'crm',
      attributes,
      ...extra,
    });
    return body.person;
  };
  const order = (body: object) => company.send<ExportAnswer>('POST', '/v1/exports', body);
  const raw = (path: string, init: RequestInit = {}) =>
    company.server.app.request(path, { ...init, headers: { authorization: `Bearer ${company.key}` } });
  /** Downloads an export of NDJSON as objects. */
  const rows = async (id: string): Promise<Record<string, unknown>[]> => {
    const text = await (await raw(`/v1/exports/${id}/content`)).text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const manifest = async (id: string, release?: string) =>
    (
      await company.send<{ manifest: Manifest; jws: string }>(
        'GET',
        `/v1/exports/${id}/manifest${release ? `?release=${release}` : ''}`,
      )
    ).body;
  return { ...company, put, order, raw, rows, manifest };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;
export type { Company };
