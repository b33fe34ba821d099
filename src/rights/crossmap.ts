import type { Right } from './rules';
import type { RequestState } from './states';

const GDPR = 'https://w3id.org/dpv/legal/eu/gdpr#';

/** Reasons of the Data Rights Protocol 1.0 for `denied`. */
export type DrpDenial =
  | 'suspected_fraud'
  | 'insuf_verification'
  | 'no_match'
  | 'claim_not_covered'
  | 'outside_jurisdiction'
  | 'too_many_requests'
  | 'other';

type Ground = { article: string; dpv: string | null; drp: DrpDenial };

const ground = (article: string, term: string | null, drp: DrpDenial): Ground => ({
  article,
  dpv: term && `${GDPR}${term}`,
  drp,
});

/** Grounds on which a request may be refused, whole or in part, with the DPV 2.3 justification where one exists. */
export const DENIAL_GROUNDS = {
  identity_not_proved: ground('GDPR Art. 12(2), 12(6)', 'JustificationA12IdentityFailure', 'insuf_verification'),
  manifestly_unfounded: ground('GDPR Art. 12(5)', 'JustificationA12ManifestlyUnfounded', 'claim_not_covered'),
  manifestly_excessive: ground('GDPR Art. 12(5)', 'JustificationA12ManifestlyExcessive', 'too_many_requests'),
  malicious: ground('GDPR Art. 12(5)', 'JustificationA12MaliciousIntent', 'suspected_fraud'),
  legal_obligation: ground('GDPR Art. 17(3)(b)', 'JustificationA17LegallyRequired', 'claim_not_covered'),
  legal_claims: ground('GDPR Art. 17(3)(e)', 'JustificationA17LegalClaims', 'claim_not_covered'),
  freedom_of_expression: ground('GDPR Art. 17(3)(a)', 'JustificationA17FreedomOfExpression', 'claim_not_covered'),
  public_health: ground('GDPR Art. 17(3)(c)', 'JustificationA17PublicHealth', 'claim_not_covered'),
  archiving: ground('GDPR Art. 17(3)(d)', 'JustificationA17Archiving', 'claim_not_covered'),
  rights_of_others: ground('GDPR Art. 15(4), 20(4)', null, 'claim_not_covered'),
  overriding_interests: ground('GDPR Art. 21(1)', null, 'claim_not_covered'),
  right_not_given: ground('the law that applies gives no such right', null, 'claim_not_covered'),
  outside_jurisdiction: ground('the law does not apply', null, 'outside_jurisdiction'),
  not_held: ground('no data of the asker is held', null, 'no_match'),
  other: ground('stated in words', null, 'other'),
} as const satisfies Record<string, Ground>;
export type DenialGround = keyof typeof DENIAL_GROUNDS;

/** Grounds for a longer answer (GDPR Art. 12(3)) or a standing clock, as DPV 2.3 justifications. */
export const DELAY_GROUNDS = {
  complexity: `${GDPR}JustificationA12Complexity`,
  high_volume: `${GDPR}JustificationA12HighVolume`,
  identity_required: `${GDPR}JustificationA12IdentityRequired`,
  information_required: `${GDPR}JustificationA12InformationRequired`,
} as const;
export type DelayGround = keyof typeof DELAY_GROUNDS;

export type OpenDsrStatus = 'pending' | 'in_progress' | 'completed' | 'cancelled';
/** A denial has no status of its own in OpenDSR 2.0: it is `completed`, with the ground in our extension. */
export type OpenDsrView = { request_status: OpenDsrStatus; denied?: DenialGround; partial?: true };
export type DrpView = { status: string; reason?: string };

export type FidesStatus =
  | 'identity_unverified'
  | 'requires_input'
  | 'pending'
  | 'approved'
  | 'denied'
  | 'in_processing'
  | 'complete'
  | 'canceled'
  | 'error'
  | 'duplicate';

export type TranscendStatus =
  | 'REQUEST_MADE'
  | 'FAILED_VERIFICATION'
  | 'ENRICHING'
  | 'WAITING'
  | 'COMPILING'
  | 'APPROVING'
  | 'COMPLETED'
  | 'DOWNLOADABLE'
  | 'CANCELED'
  | 'REVOKED';

type Names = { opendsr: OpenDsrStatus; drp: DrpView; fides: FidesStatus; transcend: TranscendStatus };

/** Ours → theirs, state by state. */
const STATES: Readonly<Record<RequestState, Names>> = {
  received: { opendsr: 'pending', drp: { status: 'open' }, fides: 'pending', transcend: 'REQUEST_MADE' },
  verifying: {
    opendsr: 'pending',
    drp: { status: 'in_progress', reason: 'need_user_verification' },
    fides: 'identity_unverified',
    transcend: 'ENRICHING',
  },
  awaiting_subject: {
    opendsr: 'pending',
    drp: { status: 'in_progress', reason: 'need_user_verification' },
    fides: 'requires_input',
    transcend: 'WAITING',
  },
  in_review: { opendsr: 'pending', drp: { status: 'in_progress' }, fides: 'pending', transcend: 'APPROVING' },
  approved: { opendsr: 'pending', drp: { status: 'in_progress' }, fides: 'approved', transcend: 'APPROVING' },
  processing: {
    opendsr: 'in_progress',
    drp: { status: 'in_progress' },
    fides: 'in_processing',
    transcend: 'COMPILING',
  },
  fulfilled: { opendsr: 'completed', drp: { status: 'fulfilled' }, fides: 'complete', transcend: 'COMPLETED' },
  partially_fulfilled: {
    opendsr: 'completed',
    drp: { status: 'fulfilled' },
    fides: 'complete',
    transcend: 'COMPLETED',
  },
  denied: { opendsr: 'completed', drp: { status: 'denied', reason: 'other' }, fides: 'denied', transcend: 'CANCELED' },
  withdrawn: { opendsr: 'cancelled', drp: { status: 'revoked' }, fides: 'canceled', transcend: 'CANCELED' },
  expired: { opendsr: 'cancelled', drp: { status: 'expired' }, fides: 'error', transcend: 'REVOKED' },
  duplicate: {
    opendsr: 'cancelled',
    drp: { status: 'denied', reason: 'other' },
    fides: 'duplicate',
    transcend: 'REVOKED',
  },
};

export function toOpenDsr(state: RequestState, denied: DenialGround = 'other'): OpenDsrView {
  const request_status = STATES[state].opendsr;
  if (state === 'denied') return { request_status, denied };
  return state === 'partially_fulfilled' ? { request_status, partial: true } : { request_status };
}

export function toDrp(state: RequestState, denied: DenialGround = 'other'): DrpView {
  return state === 'denied' ? { status: 'denied', reason: DENIAL_GROUNDS[denied].drp } : { ...STATES[state].drp };
}

export const toFides = (state: RequestState): FidesStatus => STATES[state].fides;

/** @param downloadable is a package waiting to be fetched? */
export function toTranscend(
  state: RequestState,
  more: { denied?: DenialGround; downloadable?: boolean } = {},
): TranscendStatus {
  if (state === 'denied' && more.denied === 'identity_not_proved') return 'FAILED_VERIFICATION';
  const handedOver = state === 'fulfilled' || state === 'partially_fulfilled';
  return handedOver && more.downloadable ? 'DOWNLOADABLE' : STATES[state].transcend;
}

type RightNames = {
  opendsr: 'access' | 'portability' | 'erasure' | null;
  drp: string | null;
  fides: 'access' | 'erasure' | 'update' | 'consent' | null;
  transcend: string | null;
};

/** A right in the words of the others; null where they have none. */
export const RIGHT_NAMES: Readonly<Record<Right, RightNames>> = {
  access: { opendsr: 'access', drp: 'access', fides: 'access', transcend: 'ACCESS' },
  erasure: { opendsr: 'erasure', drp: 'deletion', fides: 'erasure', transcend: 'ERASURE' },
  rectification: { opendsr: null, drp: null, fides: 'update', transcend: 'RECTIFICATION' },
  portability: { opendsr: 'portability', drp: 'access:specific', fides: 'access', transcend: 'ACCESS' },
  restriction: { opendsr: null, drp: null, fides: null, transcend: 'RESTRICTION' },
  objection: { opendsr: null, drp: null, fides: 'consent', transcend: 'CONTACT_OPT_OUT' },
  withdrawal: { opendsr: null, drp: null, fides: 'consent', transcend: 'TRACKING_OPT_OUT' },
  opt_out: { opendsr: null, drp: 'sale:opt-out', fides: 'consent', transcend: 'SALE_OPT_OUT' },
  limit_sensitive: { opendsr: null, drp: null, fides: 'consent', transcend: 'USE_OF_SENSITIVE_INFORMATION_OPT_OUT' },
  automated_decision: { opendsr: null, drp: null, fides: null, transcend: 'AUTOMATED_DECISION_MAKING_OPT_OUT' },
  appeal: { opendsr: null, drp: null, fides: null, transcend: null },
  complaint: { opendsr: null, drp: null, fides: null, transcend: null },
};

const DRP_EXERCISES: Readonly<Record<string, Right>> = {
  access: 'access',
  'access:categories': 'access',
  'access:specific': 'access',
  deletion: 'erasure',
  'sale:opt-out': 'opt_out',
};

/** Their word for a right → ours; null: we don't serve it (a `sale:opt-in` is a consent, given elsewhere). */
export const fromDrp = (exercise: string): Right | null =>
  Object.hasOwn(DRP_EXERCISES, exercise) ? (DRP_EXERCISES[exercise] ?? null) : null;

export const fromOpenDsr = (type: string): Right | null =>
  type === 'access' || type === 'portability' || type === 'erasure' ? type : null;
