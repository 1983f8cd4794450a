package org.thingward.verify.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Digest;

class LogFormatsTest {
  @Property(tries = 200)
  void a_leaf_is_read_as_it_was_written(
      @ForAll @LongRange(min = 0, max = 253_402_300_799_000_000L) long micros,
      @ForAll EntryType type) {
    Digest digest = Digest.of(new byte[] {(byte) micros});
    Leaf leaf = new Leaf(type, Leaf.instant(micros), digest, Digest.of(digest.bytes()));
    assertThat(leaf.encode()).hasSize(74);
    assertThat(Leaf.decode(leaf.encode())).isEqualTo(leaf);
    assertThat(Leaf.micros(leaf.time())).isEqualTo(micros);
  }

  @Test
  void a_leafs_layout_is_fixed() {
    Digest content = Digest.wrap(filled(0xaa));
    Digest link = Digest.wrap(filled(0xbb));
    Leaf leaf =
        new Leaf(EntryType.DECISION, Instant.parse("2026-11-23T14:02:07.5Z"), content, link);
    assertThat(HexFormat.of().formatHex(leaf.encode()))
        .isEqualTo("0103" + hexMicros(leaf) + "aa".repeat(32) + "bb".repeat(32));
  }

  private static String hexMicros(Leaf leaf) {
    return "%016x".formatted(leaf.time().toEpochMilli() * 1000);
  }

  @Test
  void L1_a_commitment_is_hmac_sha256_with_its_label_under_the_entrys_key() throws Exception {
    byte[] key = filled(0x42);
    byte[] content = "{\"decision\":1}".getBytes(StandardCharsets.UTF_8);
    javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
    mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
    mac.update("thingward/content/v1\n".getBytes(StandardCharsets.UTF_8));
    assertThat(EntryKey.of(key).commitToContent(content))
        .isEqualTo(Digest.wrap(mac.doFinal(content)));
    mac.update("thingward/link/v1\n".getBytes(StandardCharsets.UTF_8));
    assertThat(EntryKey.of(key).commitToLink(Leaf.NO_PREVIOUS))
        .isEqualTo(Digest.wrap(mac.doFinal(new byte[32])));
  }

  @Test
  void L1_equal_contents_under_two_keys_look_unrelated() {
    byte[] content = "yes".getBytes(StandardCharsets.UTF_8);
    Digest one = EntryKey.of(filled(1)).commitToContent(content);
    Digest two = EntryKey.of(filled(2)).commitToContent(content);
    assertThat(one).isNotEqualTo(two).isNotEqualTo(Digest.of(content));
  }

  @Test
  void L2_an_entry_left_out_of_a_subjects_history_is_noticed() {
    OpenedEntry first = opened(0, Leaf.NO_PREVIOUS);
    OpenedEntry second = opened(4, first.leaf().hash());
    OpenedEntry third = opened(9, second.leaf().hash());
    assertThat(OpenedEntry.firstGap(List.of(first, second, third))).isEmpty();
    assertThat(OpenedEntry.firstGap(List.of(first, third)))
        .hasValueSatisfying(gap -> assertThat(gap).contains("entry 9").contains("left out"));
    assertThat(OpenedEntry.firstGap(List.of(second, third)))
        .hasValueSatisfying(gap -> assertThat(gap).contains("entry 4"));
    Opening pretended = new Opening(new byte[] {9}, EntryKey.of(filled(9)), first.leaf().hash());
    OpenedEntry forged = new OpenedEntry(9, third.leaf(), pretended);
    assertThat(OpenedEntry.firstGap(List.of(first, forged)))
        .hasValueSatisfying(gap -> assertThat(gap).contains("does not fit"));
  }

  private static OpenedEntry opened(int index, Digest previous) {
    EntryKey key = EntryKey.of(filled(index));
    byte[] content = {(byte) index};
    Leaf leaf =
        new Leaf(
            EntryType.POSTURE,
            TestLog.START,
            key.commitToContent(content),
            key.commitToLink(previous));
    return new OpenedEntry(index, leaf, new Opening(content, key, previous));
  }

  @Test
  void tile_paths_are_those_of_tlog_tiles() {
    assertThat(new TilePath.Hashes(0, 1_234_067, 256).path()).isEqualTo("tile/0/x001/x234/067");
    assertThat(new TilePath.Hashes(1, 0, 17).path()).isEqualTo("tile/1/000.p/17");
    assertThat(new TilePath.Entries(1_000, 1).path()).isEqualTo("tile/entries/x001/000.p/1");
    for (String wrong :
        List.of(
            "tile/0/0",
            "tile/0/x000/001",
            "tile/0/000.p/256",
            "tile/0/000.p/0",
            "tile/8/000",
            "tile/00/000",
            "tile/0/../000",
            "checkpoint",
            "tile/0/000.p/01")) {
      assertThat(TilePath.parse(wrong)).as(wrong).isEmpty();
    }
  }

  @Property(tries = 200)
  void a_tile_path_is_read_as_it_was_written(
      @ForAll @LongRange(min = 0, max = 1L << 40) long index,
      @ForAll @net.jqwik.api.constraints.IntRange(min = 1, max = 256) int width) {
    TilePath path = new TilePath.Entries(index, width);
    assertThat(TilePath.parse(path.path())).isEqualTo(Optional.of(path));
  }

  @Test
  void a_checkpoint_is_read_as_it_was_written_and_knows_its_signers() {
    Checkpoint signed = new TestLog(4).checkpoint();
    Checkpoint read = Checkpoint.parse(signed.serialise());
    assertThat(read).isEqualTo(signed);
    assertThat(TestLog.keys()).allMatch(read::signedBy);
  }

  @Test
  void a_signature_is_of_one_head_and_one_key_and_of_every_bit() {
    Checkpoint signed = new TestLog(4).checkpoint();
    Checkpoint other = new TestLog(5).checkpoint();
    Checkpoint moved =
        new Checkpoint(other.origin(), other.size(), other.root(), signed.signatures());
    for (VerifierKey key : TestLog.keys()) {
      assertThat(moved.signedBy(key)).as("another head's signature by %s", key).isFalse();
      NoteSignature own =
          signed.signatures().stream().filter(key::claims).findFirst().orElseThrow();
      for (int at : List.of(0, own.signature().length / 2, own.signature().length - 1)) {
        byte[] bent = own.signature();
        bent[at] ^= 1;
        assertThat(with(signed, own, bent).signedBy(key)).as("%s, byte %d", key, at).isFalse();
      }
      byte[] shorter = Arrays.copyOf(own.signature(), own.signature().length - 1);
      assertThat(with(signed, own, shorter).signedBy(key)).isFalse();
      Checkpoint unsigned =
          new Checkpoint(signed.origin(), signed.size(), signed.root(), List.of());
      assertThat(unsigned.signedBy(key)).as("no line by %s", key).isFalse();
    }
  }

  private static Checkpoint with(Checkpoint signed, NoteSignature own, byte[] signature) {
    return new Checkpoint(
        signed.origin(),
        signed.size(),
        signed.root(),
        List.of(NoteSignature.of(own.name(), own.keyId(), signature)));
  }

  @Test
  void the_example_of_the_standard_is_verified() {
    // C2SP signed-note, "Format": text and key are public test vectors of the specification.
    String note =
        """
        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        \u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        """;
    Checkpoint checkpoint = Checkpoint.parse(note.getBytes(StandardCharsets.UTF_8));
    assertThat(checkpoint.size()).isEqualTo(20_852_163);
    assertThat(checkpoint.signatures().getFirst().keyIdHex()).isEqualTo("033de0ae");
    assertThat(new String(checkpoint.serialise(), StandardCharsets.UTF_8)).isEqualTo(note);
  }

  @Test
  void a_verifier_key_is_read_as_it_was_written() {
    for (VerifierKey key : TestLog.keys()) {
      assertThat(VerifierKey.parse(key.toString())).isEqualTo(key);
    }
    String text = TestLog.keys().getFirst().toString();
    assertThatThrownBy(() -> VerifierKey.parse("other" + text.substring(5)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_cosigned_message_is_laid_out_as_tlog_cosignature_says() {
    Checkpoint head = new Checkpoint("o", 5, Digest.wrap(filled(7)), List.of());
    String expected =
        HexFormat.of().formatHex("subtree/v1\n\0".getBytes(StandardCharsets.US_ASCII))
            + "026e6b" // the signer's name, "nk"
            + "0000000000000009"
            + "016f"
            + "0000000000000000"
            + "0000000000000005"
            + "07".repeat(32);
    assertThat(HexFormat.of().formatHex(head.cosignedMessage("nk", 9))).isEqualTo(expected);
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
