/**
 * IAB GPP, section 7 `usnat`, version 2: encoding only. Bit layout: IAB Tech Lab "US National Privacy Section";
 * values: notice 0 not applicable, 1 given; opt-out 0 not applicable, 1 opted out, 2 not opted out.
 */
export type UsNat = {
  /** Has the person opted out? `undefined` where the site does no such thing. */
  sale: boolean | undefined;
  sharing: boolean | undefined;
  ads: boolean | undefined;
  gpc: boolean;
  /** Did the operator sign the Multi-State Privacy Agreement? The default of other tools, "yes", would be a lie. */
  mspaSigned: boolean;
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Type 3, version 1, one section: 7 (Fibonacci `01011`). It never changes, since no other section is written. */
const HEADER = 'DBABLA';

/** Bits to base64url; GPP pads to whole bytes first, then to six bits. */
function encode(bits: string): string {
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  const padded = bytes.padEnd(Math.ceil(bytes.length / 6) * 6, '0');
  return (padded.match(/.{6}/g) ?? []).map((six) => ALPHABET[Number.parseInt(six, 2)]).join('');
}

const SENSITIVE = new Array<number>(16).fill(0);
const CHILD = [0, 0, 0];

const optOut = (out: boolean | undefined): number => (out === undefined ? 0 : out ? 1 : 2);

/** The fields of both segments, in the spec's names and order. */
export function fieldsOf({ sale, sharing, ads, gpc, mspaSigned }: UsNat) {
  const notice = (out: boolean | undefined): number => (out === undefined ? 0 : 1);
  const core = {
    Version: 2,
    SharingNotice: notice(sharing ?? sale ?? ads),
    SaleOptOutNotice: notice(sale),
    SharingOptOutNotice: notice(sharing),
    TargetedAdvertisingOptOutNotice: notice(ads),
    SensitiveDataProcessingOptOutNotice: 0,
    SensitiveDataLimitUseNotice: 0,
    SaleOptOut: optOut(sale),
    SharingOptOut: optOut(sharing),
    TargetedAdvertisingOptOut: optOut(ads),
    SensitiveDataProcessing: SENSITIVE,
    KnownChildSensitiveDataConsents: CHILD,
    PersonalDataConsents: 0,
    MspaCoveredTransaction: mspaSigned ? 1 : 2,
    MspaOptOutOptionMode: mspaSigned ? 1 : 0,
    MspaServiceProviderMode: mspaSigned ? 2 : 0,
  };
  return [core, { SubsectionType: 1, Gpc: gpc }] as const;
}

/** The whole GPP string, e.g. `DBABLA~CVQVAAAAAACA.YA` for a person who opted out of everything, with GPC. */
export function gppString(state: UsNat): string {
  const [{ Version, ...core }, { Gpc }] = fieldsOf(state);
  const two = (n: number): string => n.toString(2).padStart(2, '0');
  const bits = Object.values(core).flat().map(two).join('');
  return `${HEADER}~${encode(Version.toString(2).padStart(6, '0') + bits)}.${encode(`01${Gpc ? 1 : 0}`)}`;
}
