package org.thingward.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.thingward.trust.Digest;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.CheckpointSigner;
import org.thingward.verify.log.EntryBundle;
import org.thingward.verify.log.Leaf;
import org.thingward.verify.log.LogVerifier;
import org.thingward.verify.log.MerkleTree;
import org.thingward.verify.log.NoteAlgorithm;
import org.thingward.verify.log.NoteSignature;
import org.thingward.verify.log.TilePath;
import org.thingward.verify.log.TiledTree;

/**
 * Somebody who has the server's disk, the log's keys with it, and tells another story: the last
 * entry is another one, the tiles and the head fit, and the signatures are right.
 */
final class ForkedLedger implements Drill {
  @Override
  public String id() {
    return "forked-ledger";
  }

  @Override
  public String attempt() {
    return "rewrite the log's last entry and sign it again with the log's own keys";
  }

  @Override
  public Group group() {
    return Group.LEDGER;
  }

  @Override
  public Defence defence() {
    return Defence.asked(
        "L6",
        Defence.line(Attack.Layer.LEDGER, "who has seen the other head refuses it"),
        Defence.line(Attack.Layer.LEDGER, "so does a witness; both are asked in each run"));
  }

  @Override
  public Attack run(Target target) {
    Attack.Notes notes = new Attack.Notes();
    List<String> secrets;
    try {
      secrets = Files.readAllLines(target.data().resolve("keys/ledger-keys"));
    } catch (IOException e) {
      notes.stopped(Attack.Layer.LEDGER, "the keys that sign the log cannot be read: " + e);
      return notes.aboutNobody();
    }
    try (LogCopy log = LogCopy.of(target);
        Onlooker onlooker = Onlooker.of(log, target)) {
      rewriteLastEntry(log, target, secrets);
      notes.attacker("signs another history with the log's own keys, and shows it");
      onlooker.isShown(log, "another history of the same length", notes);
    } catch (IOException | EntryBundle.MalformedBundle e) {
      throw new DrillNotRun("the log could not be forked: " + e.getMessage(), e);
    }
    return notes.aboutNobody();
  }

  private static void rewriteLastEntry(LogCopy log, Target target, List<String> secrets)
      throws IOException, EntryBundle.MalformedBundle {
    Checkpoint head = log.head();
    long last = head.size() - 1;
    int width = (int) (last % TilePath.FULL) + 1;
    Path entries = file(log, new TilePath.Entries(last / TilePath.FULL, width));
    List<byte[]> bundle = new ArrayList<>(decoded(Files.readAllBytes(entries)));
    Leaf old = Leaf.decode(bundle.get(width - 1));
    byte[] other = new byte[Digest.LENGTH];
    target.random().nextBytes(other);
    Leaf changed = new Leaf(old.type(), old.time(), Digest.wrap(other), old.link());
    bundle.set(width - 1, changed.encode());
    Files.write(entries, EntryBundle.encode(bundle));
    rehash(log, last, changed.hash());
    Checkpoint forked =
        new Checkpoint(
            head.origin(), head.size(), new TiledTree(log.source(), head.size()).root(), List.of());
    Files.write(
        log.folder().resolve(LogVerifier.CHECKPOINT), signed(forked, target, secrets).serialise());
  }

  /** Puts the hash into its tile, and, where that is full, the tile's own into the one above. */
  private static void rehash(LogCopy log, long index, Digest hash) throws IOException {
    long place = index;
    Digest rising = hash;
    for (int level = 0; ; level++) {
      int width = (int) (place % TilePath.FULL) + 1;
      Path file = file(log, new TilePath.Hashes(level, place / TilePath.FULL, width));
      byte[] tile = Files.readAllBytes(file);
      System.arraycopy(rising.bytes(), 0, tile, (width - 1) * Digest.LENGTH, Digest.LENGTH);
      Files.write(file, tile);
      if (width < TilePath.FULL) {
        return;
      }
      List<Digest> hashes = new ArrayList<>();
      for (int at = 0; at < tile.length; at += Digest.LENGTH) {
        hashes.add(Digest.wrap(Arrays.copyOfRange(tile, at, at + Digest.LENGTH)));
      }
      rising = MerkleTree.root(hashes);
      place = place / TilePath.FULL;
    }
  }

  /** The partial file, or the full one that came in its place since. */
  private static Path file(LogCopy log, TilePath path) {
    Path partial = log.folder().resolve(path.path());
    return Files.exists(partial) ? partial : log.folder().resolve(path.whole().path());
  }

  private static List<byte[]> decoded(byte[] bundle) throws EntryBundle.MalformedBundle {
    return EntryBundle.decode(bundle, bundle.length / (2 + Leaf.LENGTH));
  }

  private static Checkpoint signed(Checkpoint head, Target target, List<String> secrets) {
    List<NoteSignature> lines = new ArrayList<>();
    for (NoteAlgorithm algorithm : List.of(NoteAlgorithm.ED25519, NoteAlgorithm.ML_DSA_44)) {
      String name = algorithm.standardName() + " ";
      String seed =
          secrets.stream()
              .filter(line -> line.startsWith(name))
              .findFirst()
              .orElseThrow(() -> new DrillNotRun("the server's folder holds no key for " + name))
              .substring(name.length());
      lines.add(
          CheckpointSigner.of(head.origin(), algorithm, Base64.getDecoder().decode(seed))
              .sign(head, target.clock().instant()));
    }
    return head.with(lines);
  }
}
