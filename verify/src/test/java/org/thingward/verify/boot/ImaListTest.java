package org.thingward.verify.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.thingward.verify.tpm.TpmAlgorithm;

/** A kernel's list, and the values that PCR 10 has after it. */
class ImaListTest {
  private static final TpmAlgorithm SHA1 = TpmAlgorithm.SHA1;
  private final String text = new String(BootLogTest.bytes("ima-log-sha256"), UTF_8);
  private final ImaList list = ImaList.read(text.getBytes(UTF_8));

  @Test
  void it_tells_which_files_were_measured() {
    assertThat(list.entries())
        .extracting(ImaList.Entry::path)
        .containsExactly("boot_aggregate", "/data");
    assertThat(list.entries().getLast().digest()).startsWith("96d7fae8adb7286a");
  }

  @Test
  void the_quote_says_how_far_it_went() {
    // PCR 10 of bank sha1 is extended by the digests that the list itself has.
    byte[] one = SHA1.digest(new byte[20], template(0));
    byte[] both = SHA1.digest(one, template(1));
    assertThat(list.requireAgreement(SHA1, hex(new byte[20]))).isZero();
    assertThat(list.requireAgreement(SHA1, hex(one))).isEqualTo(1);
    assertThat(list.requireAgreement(SHA1, hex(both))).isEqualTo(2);
  }

  @Test
  void of_other_banks_old_kernels_extend_the_sha_1_digest_and_zeros() {
    byte[] padded = new byte[32];
    System.arraycopy(template(0), 0, padded, 0, 20);
    byte[] value = TpmAlgorithm.SHA256.digest(new byte[32], padded);
    assertThat(list.requireAgreement(TpmAlgorithm.SHA256, hex(value))).isEqualTo(1);
  }

  @Test
  void a_file_that_was_left_out_renamed_or_changed_is_found() {
    byte[] both = SHA1.digest(SHA1.digest(new byte[20], template(0)), template(1));
    String second = text.split("\n")[1] + "\n";
    refused(second, both, "does not give the quoted value");
    refused(text.replace(" /data", " /date"), both, "digest is of other fields");
    refused(text.replace("96d7fae8", "96d7fae9"), both, "digest is of other fields");
    refused(text, new byte[] {1, 2, 3}, "does not give the quoted value");
  }

  private static void refused(String text, byte[] quoted, String why) {
    assertThatThrownBy(() -> ImaList.read(text.getBytes(UTF_8)).requireAgreement(SHA1, hex(quoted)))
        .isInstanceOf(BootLogRefused.class)
        .hasMessageContaining(why);
  }

  @Test
  void what_is_no_list_is_refused_with_its_line() {
    assertThatThrownBy(() -> ImaList.read((text + "10 00 ima /bin/sh\n").getBytes(UTF_8)))
        .isInstanceOf(BootLogRefused.class)
        .hasMessageContaining("line 3");
    assertThatThrownBy(() -> ImaList.read(text.replace("10 6", "11 6").getBytes(UTF_8)))
        .hasMessageContaining("line 1");
  }

  @Test
  void a_list_that_is_too_large_is_refused_unread() {
    assertThatThrownBy(() -> ImaList.read(new byte[ImaList.LARGEST + 1]))
        .isInstanceOf(BootLogRefused.class)
        .hasMessageContaining("more than");
  }

  private byte[] template(int index) {
    return HexFormat.of().parseHex(list.entries().get(index).template());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
