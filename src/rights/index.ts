import type { Kind } from '../consent';
import type { Listeners, Saga } from '../platform';
import { applySaga, endSaga } from './apply-saga';
import { closeSaga } from './close-saga';
import { eraseSaga } from './erasure-saga';
import { intakeSaga, mailSaga } from './intake-saga';
import { journalNarrowings } from './narrowing';
import type { RightsSagaPorts } from './saga-ports';
import { settingsSchema } from './settings';

export { applyOps } from './apply-operations';
export { DELAY_GROUNDS, DENIAL_GROUNDS, type DelayGround, type DenialGround } from './crossmap';
export { daysLeft } from './deadline';
export { rightsHolder } from './holder';
export { officerOps } from './officer-operations';
export { eraseHere, personOps } from './person-operations';
export { proofOps } from './proof-operations';
export { requestOps } from './request-operations';
export { type RestoreFacts, type RestoreReport, replayRestore } from './restore';
export { epochOps, restoreOps } from './restore-operations';
export { rightsRoutes } from './routes';
export type { RightsPorts } from './routes.ports';
export { RIGHTS, type Right } from './rules';
export type { RightsSagaPorts, RightsVaultOps } from './saga-ports';
export { settingsOf } from './settings';
export type { RightsSystem, SystemOutcome, SystemSubject } from './system';
export { systemOps } from './system-operations';

/** What the organisation declares about requests. */
export const rightsListeners: Listeners = { 'consent.changed': [journalNarrowings] };

export const rightsKinds: readonly Kind[] = [
  { name: 'request_rules', schema: settingsSchema as unknown as Kind['schema'], part: true },
];

/** Work over several vaults that a restart must be able to go on with. */
export const rightsSagas = (ports: RightsSagaPorts): readonly Saga<never>[] =>
  [
    intakeSaga(ports),
    mailSaga(ports),
    eraseSaga(ports),
    closeSaga(ports),
    applySaga(ports),
    endSaga(ports),
  ] as unknown as Saga<never>[];
