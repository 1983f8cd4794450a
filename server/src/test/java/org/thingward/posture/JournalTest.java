package org.thingward.posture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;

class JournalTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("denials.journal");
  }

  private static Evidence order(int number) {
    return new Evidence(
        Subject.device("pump-" + number),
        "operator.order",
        "operator",
        AssuranceLevel.L5,
        new TreeMap<>(Map.of("order", new ClaimValue.Word("revoke"))),
        Instant.parse("2026-11-23T10:00:00Z"),
        Evidence.NO_END,
        Digest.of(new byte[] {(byte) number}));
  }

  private static void append(Journal journal, Evidence piece) throws IOException {
    journal.append(piece.id(), piece.canonical());
  }

  private Journal with(int pieces) throws IOException {
    Journal journal = new Journal(folder);
    assertThat(journal.recover()).isEmpty();
    for (int i = 0; i < pieces; i++) {
      append(journal, order(i));
    }
    return journal;
  }

  @Test
  void T6_what_was_appended_is_recovered_in_order_and_goes_once_it_is_stored() throws IOException {
    Journal journal = with(3);
    Journal again = new Journal(folder);
    assertThat(again.recover()).containsExactly(order(0), order(1), order(2));
    append(again, order(3));
    assertThat(new Journal(folder).recover()).hasSize(4);
    again.stored(List.of(order(0).id(), order(1).id(), order(2).id()));
    assertThat(again.isSettled()).isFalse();
    again.stored(List.of(order(3).id()));
    assertThat(again.isSettled()).isTrue();
    again.close();
    assertThat(file()).doesNotExist();
    assertThat(journal.isSettled()).isFalse();
  }

  @Test
  void T6_a_batch_that_a_crash_tore_at_any_byte_is_left_out_and_all_before_it_are_kept()
      throws IOException {
    Journal unused = with(2);
    int two = Files.readAllBytes(file()).length;
    Files.delete(file());
    Journal other = with(3);
    byte[] whole = Files.readAllBytes(file());
    for (int length = two; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      Journal torn = new Journal(folder);
      assertThat(torn.recover()).as("torn at %d", length).containsExactly(order(0), order(1));
      append(torn, order(7));
      assertThat(new Journal(folder).recover()).containsExactly(order(0), order(1), order(7));
    }
    assertThat(other.isSettled()).isFalse();
  }

  @Test
  void a_journal_that_was_changed_before_its_end_is_refused_with_the_place() throws IOException {
    Journal unused = with(3);
    byte[] whole = Files.readAllBytes(file());
    for (int place = 8; place < whole.length / 2; place += 7) {
      byte[] changed = whole.clone();
      changed[place] ^= 1;
      Files.write(file(), changed);
      assertThatThrownBy(() -> new Journal(folder).recover())
          .as("changed at %d", place)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("damaged at byte");
    }
  }

  @Test
  void a_file_of_another_kind_is_refused() throws IOException {
    Files.writeString(file(), "not a journal at all");
    assertThatThrownBy(() -> new Journal(folder).recover())
        .isInstanceOf(IllegalStateException.class);
  }
}
