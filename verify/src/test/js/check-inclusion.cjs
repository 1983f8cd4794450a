// Asks @sigstore/verify about inclusion proofs: one JSON object a line on standard input
// {entry, index, size, root, hashes}, bytes in base64; answers "accepted" or "refused" for each.
const { createInterface } = require('node:readline');
const {
  verifyMerkleInclusion,
} = require('./node_modules/@sigstore/verify/dist/tlog/merkle.js');

const bytes = (base64) => Buffer.from(base64, 'base64');

function answer(proof) {
  const entry = {
    canonicalizedBody: bytes(proof.entry),
    inclusionProof: { logIndex: proof.index, hashes: proof.hashes.map(bytes) },
  };
  try {
    verifyMerkleInclusion(entry, { logSize: BigInt(proof.size), logHash: bytes(proof.root) });
    return 'accepted';
  } catch (error) {
    if (error.code !== 'TLOG_INCLUSION_PROOF_ERROR') throw error;
    return 'refused';
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  console.log(answer(JSON.parse(line)));
});
