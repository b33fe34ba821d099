import type { Kind } from '../consent';
import type { Saga } from '../platform';
import { eraseSaga } from './erasure-saga';
import { intakeSaga, mailSaga } from './intake-saga';
import type { RightsSagaPorts } from './saga-ports';
import { settingsSchema } from './settings';

export { rightsHolder } from './holder';
export { officerOps } from './officer-operations';
export { personOps } from './person-operations';
export { requestOps } from './request-operations';
export { rightsRoutes } from './routes';
export type { RightsPorts } from './routes.ports';
export type { RightsSagaPorts } from './saga-ports';

/** What the organisation declares about requests. */
export const rightsKinds: readonly Kind[] = [
  { name: 'request_rules', schema: settingsSchema as unknown as Kind['schema'], part: true },
];

/** Work over several vaults that a restart must be able to go on with. */
export const rightsSagas = (ports: RightsSagaPorts): readonly Saga<never>[] =>
  [intakeSaga(ports), mailSaga(ports), eraseSaga(ports)] as unknown as Saga<never>[];
