/** VERIFY.md: what an auditor reads first. Fixed text, so that the bundle stays fully determined by its contents. */
export const VERIFY_GUIDE = `# How to check this bundle

This file is an export of an audit log. You do not have to believe the one who gave it to you: everything in it can be
recomputed.

## With one command

    npx avow verify bundle.zip --key "<the log's public key>"

Use the public key that you wrote down earlier, or that the organisation publishes elsewhere. Without \`--key\` the
command uses the key inside the bundle; it then shows that the bundle agrees with itself, but not who made it.

## In a browser

Unpack \`verify.html\` and open it: it checks the bundle on your machine and needs no network. Since it comes from the
one whom you check, take it from another bundle that you trust, or from the published source, when it matters.

## What is inside

| file | what it is |
|---|---|
| \`manifest.json\` | what was exported, when, with which filter; the length and SHA-256 of every other file |
| \`manifest.sig\` | a signature over the SHA-256 of the manifest (C2SP signed note, Ed25519) |
| \`keys.json\` | the public keys that have signed, and from when until when |
| \`logs/<name>/checkpoint\` | the log's signed head: its name, its number of entries, the root of its Merkle tree |
| \`logs/<name>/entries.ndjson\` | one line per entry, from 0, in order |
| \`logs/<name>/tile/...\` | the tree and its entries as the server publishes them (C2SP tlog-tiles) |

## What one line says

\`{"entry": {"c","t","v"}, "envelope": {...}, "salt": "...", "seq": 7}\`

* \`entry\` is what stands in the tree: version, time (milliseconds since 1970) and \`c\`, a commitment.
* \`envelope\` is what happened. \`c\` must equal HMAC-SHA-256(key = salt, message = canonical JSON of the envelope).
* \`"erased": 12\` instead of envelope and salt: the personal data of this entry were erased, and entry 12 records that.
  Its place in the tree stays. An entry without envelope that no erasure explains is a sign of tampering.
* \`"withheld": true\`: the export had a filter (see the manifest) and this entry is outside of it.

## By hand

1. SHA-256 of every file equals the manifest's; the manifest's SHA-256 stands in \`manifest.sig\`, signed.
2. leaf = SHA-256(0x00, canonical JSON of \`entry\`); node = SHA-256(0x01, left, right); the tree is that of RFC 6962.
3. Its root equals the one in \`checkpoint\`, which is signed.
4. Each commitment opens as described above.

## What it does not show

It shows that nothing was changed, removed, inserted or reordered after it was logged. It does not show that the
organisation logged everything it did. That an end was cut off *before* the export shows only beside an earlier
checkpoint: keep the checkpoints that you receive, and give them to the next check with \`--remember\`.
`;
