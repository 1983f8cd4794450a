package org.thingward.verify.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.thingward.trust.Digest;

/** A small log, written the slow and obvious way: the reference for what reads logs. */
public final class TestLog {
  public static final String ORIGIN = "thingward/test";
  static final Instant START = Instant.parse("2026-11-22T09:14:51Z");
  private static final KeyPair ED25519 = keyPair("Ed25519");
  private static final KeyPair ML_DSA_44 = keyPair("ML-DSA-44");

  final List<byte[]> leaves = new ArrayList<>();
  final List<Digest> hashes = new ArrayList<>();

  /** A log of {@code size} entries, always the same ones. */
  public TestLog(int size) {
    this(size, 7);
  }

  /** Another history of that size, under the same origin and keys. */
  public static TestLog forked(int size) {
    return new TestLog(size, 8);
  }

  private TestLog(int size, int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < size; i++) {
      byte[] bytes = new byte[64];
      random.nextBytes(bytes);
      Digest content = Digest.of(bytes);
      Digest link = Digest.of(content.bytes());
      Leaf leaf = new Leaf(EntryType.DECISION, START.plusSeconds(i), content, link);
      leaves.add(leaf.encode());
      hashes.add(leaf.hash());
    }
  }

  public static List<VerifierKey> keys() {
    return List.of(
        new VerifierKey(
            ORIGIN, NoteAlgorithm.ED25519, NoteAlgorithm.ED25519.rawKey(ED25519.getPublic())),
        new VerifierKey(
            ORIGIN,
            NoteAlgorithm.ML_DSA_44,
            NoteAlgorithm.ML_DSA_44.rawKey(ML_DSA_44.getPublic())));
  }

  /** Appends one more leaf; gives its index. */
  public long append(Leaf leaf) {
    leaves.add(leaf.encode());
    hashes.add(leaf.hash());
    return leaves.size() - 1L;
  }

  /** The proof of one leaf, from the tiles. */
  public InclusionProof inclusion(Path written, long index) throws IOException {
    return new TiledTree(new LogSource.Directory(written), leaves.size()).inclusion(index);
  }

  Digest root() {
    return MerkleTree.root(hashes);
  }

  public Checkpoint checkpoint() {
    return sign(new Checkpoint(ORIGIN, leaves.size(), root(), List.of()));
  }

  static Checkpoint sign(Checkpoint head) {
    long seconds = START.getEpochSecond() + 3_600;
    byte[] bare = sign(ML_DSA_44, head.cosignedMessage(ORIGIN, seconds));
    byte[] timed = ByteBuffer.allocate(8 + bare.length).putLong(seconds).put(bare).array();
    List<VerifierKey> keys = keys();
    return head.with(
        List.of(
            NoteSignature.of(ORIGIN, keys.get(0).keyId(), sign(ED25519, head.noteText())),
            NoteSignature.of(ORIGIN, keys.get(1).keyId(), timed)));
  }

  /** Writes checkpoint, keys, bundles and tiles as C2SP tlog-tiles has them. */
  public Path write(Path folder) throws IOException {
    put(folder, "checkpoint", checkpoint().serialise());
    String keys = keys().get(0) + "\n" + keys().get(1) + "\n";
    put(folder, "verifier-keys", keys.getBytes(StandardCharsets.UTF_8));
    for (int from = 0; from < leaves.size(); from += 256) {
      List<byte[]> bundle = leaves.subList(from, Math.min(from + 256, leaves.size()));
      TilePath path = new TilePath.Entries(from / 256, bundle.size());
      put(folder, path.path(), EntryBundle.encode(bundle));
    }
    List<Digest> row = hashes;
    for (int level = 0; !row.isEmpty(); level++) {
      row = writeRow(folder, level, row);
    }
    return folder;
  }

  private static List<Digest> writeRow(Path folder, int level, List<Digest> row)
      throws IOException {
    List<Digest> above = new ArrayList<>();
    for (int from = 0; from < row.size(); from += 256) {
      List<Digest> tile = row.subList(from, Math.min(from + 256, row.size()));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      tile.forEach(hash -> bytes.writeBytes(hash.bytes()));
      put(folder, new TilePath.Hashes(level, from / 256, tile.size()).path(), bytes.toByteArray());
      if (tile.size() == 256) {
        above.add(MerkleTree.root(tile));
      }
    }
    return above;
  }

  static void put(Path folder, String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private static byte[] sign(KeyPair key, byte[] message) {
    try {
      Signature signer = Signature.getInstance(key.getPrivate().getAlgorithm());
      signer.initSign(key.getPrivate());
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keyPair(String algorithm) {
    try {
      return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
