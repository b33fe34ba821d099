import type { MetricKey } from './metric';

/** Purchases that count: paid, in the currency of the analyses, of the people whose purpose allows it. */
const COUNTED = `with counted as (select value as person from json_each(:people)),
  bought as (select person, at from sale where status = 'paid' and currency = :currency and at < :until
    and person in (select person from counted)),
  facts as (select person, min(at) as first,
    count(distinct case when at >= :from then at / 86400000 end) as days,
    max(at >= :from - :window and at < :from) as at_start,
    max(at >= :until - :window) as at_end
  from bought group by person)`;

/**
 * How to recompute a metric from the rows of a vault: two sums, which add up over vaults. Times are milliseconds; `:people`
 * is a JSON list of those whom the purpose allows to count (`POST /v1/checks` tells), `:window` the days of activity in
 * milliseconds.
 */
export const METRIC_SQL: { readonly [K in MetricKey]?: string } = {
  repeat_purchase_rate: `${COUNTED}
select sum(days >= 2) as numerator, sum(days >= 1) as denominator from facts`,
  retention_rate: `${COUNTED}
select sum(at_end) - sum(first >= :from and at_end) as numerator, sum(at_start) as denominator from facts`,
  churn_rate: `${COUNTED}
select sum(at_start) - sum(at_start and at_end) as numerator, sum(at_start) as denominator from facts`,
  acquisition_cost: `${COUNTED}
select sum(first >= :from) as denominator from facts; -- in each vault
select sum(amount) as numerator from cost_entry where kind = 'acquisition' and currency = :currency and at >= :from and at < :until -- in the registry`,
  retention_cost: `${COUNTED}
select sum(at_start and at_end) as denominator from facts; -- in each vault
select sum(amount) as numerator from cost_entry where kind = 'retention' and currency = :currency and at >= :from and at < :until -- in the registry`,
  over_cap_share: `select sum(contacts > :cap) as numerator, count(*) as denominator from
  (select count(*) as contacts from touch where kind = 'marketing' and state = 'sent' and at >= :from and at < :until group by person)`,
  satisfaction: `select sum(score) as numerator, count(*) as denominator from survey_answer
where survey = :survey and at >= :from and at < :until`,
};
