import { type CallContext, need, rfc3339, type Wire } from '../platform';
import type { NamedLog } from './routes.ports';
import { tlogProof } from './tlog-proof';

/** One act of a person as its room knows it; `seq` is its entry in the log of the person's vault. */
export type Act = {
  seq: number;
  record: Wire;
  /** The notice as it was shown: texts, version, language, hash. */
  notice: Wire;
  /** The signed receipt (compact JWS). */
  receipt: string;
};

/** Where an act stands in the log. `entry` in base64; envelope and salt open its commitment. */
export type ActProof = {
  seq: number;
  state: 'sequenced' | 'published';
  entry: string | null;
  envelope: Wire;
  salt: string | null;
  /** A C2SP tlog-proof, once a head covers the entry. */
  proof: string | null;
};

/** One person's proof of consent, complete in itself. */
export type EvidencePack = {
  format: 'avow-evidence/1';
  made_at: string;
  person: string;
  log: { name: string; origin: string; vkey: string };
  acts: (Omit<Act, 'seq'> & { log: ActProof })[];
  how: readonly string[];
};

const HOW = [
  'receipt: a JWS (RFC 7515) by a key of /.well-known/jwks.json.',
  'log.proof: a C2SP tlog-proof; its checkpoint is signed by the log key (vkey) that you have from elsewhere.',
  'The leaf of the proof is SHA-256(0x00, entry). The entry’s c is HMAC-SHA-256(salt, canonical JSON of envelope).',
  'notice.hash is what the record names as notice_hash: the text that was shown.',
];

/**
 * Puts the pack together. Opening the entries is an audited act of the vault. The head is that of the last checkpoint;
 * have one signed first if the newest act has to be covered.
 */
export async function evidencePack(
  home: NamedLog,
  person: string,
  acts: readonly Act[],
  now: number,
  context: CallContext,
): Promise<EvidencePack> {
  const { origin, vkey } = need(await home.home.run('log.head', {}, context));
  const seqs = acts.map((act) => act.seq);
  const opened = need(await home.home.run('log.search', { filter: { person }, seqs }, context));
  const entries = new Map(opened.map((entry) => [entry.seq, entry]));
  const packed: EvidencePack['acts'] = [];
  for (const { seq, ...act } of acts) {
    const proof = need(await home.home.run('log.proof', { seq }, context));
    const entry = entries.get(seq);
    packed.push({
      ...act,
      log: {
        seq,
        state: proof ? 'published' : 'sequenced',
        entry: entry?.entry ?? null,
        envelope: entry?.envelope ?? null,
        salt: entry?.salt ?? null,
        proof: proof && tlogProof(proof),
      },
    });
  }
  const log = { name: home.name, origin, vkey };
  return { format: 'avow-evidence/1', made_at: rfc3339(now), person, log, acts: packed, how: HOW };
}
