package org.thingward.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.platform.Database;
import org.thingward.platform.Problem;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** Lists of endorsement keys on a real database, with what was stated of them. */
class AllowedKeysTest {
  private static final Subject LOCK = Subject.product("lock");
  private static final Digest FIRST = Digest.of(new byte[] {1});
  private static final Digest SECOND = Digest.of(new byte[] {2});
  private static final Digest THIRD = Digest.of(new byte[] {3});

  private static final Subject PUMP = Subject.device("pump-1");
  private static final Subject OTHER = Subject.device("pump-2");

  private final Memory stated = new Memory();
  private Database database;
  private AllowedKeys keys;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    keys = restarted();
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  private AllowedKeys restarted() {
    return new AllowedKeys(database, stated, Time.ofMachine());
  }

  @Test
  void any_key_will_do_until_there_is_a_list_and_after_it_is_taken_away() {
    assertThat(keys.allows(Optional.of(LOCK), PUMP, FIRST)).isTrue();
    keys.allow(LOCK, set(FIRST), Digest.of());
    assertThat(keys.allows(Optional.of(LOCK), PUMP, FIRST)).isTrue();
    assertThat(keys.allows(Optional.of(LOCK), PUMP, SECOND)).isFalse();
    assertThat(keys.allows(Optional.of(Subject.product("other")), PUMP, SECOND)).isTrue();
    keys.allow(LOCK, set(SECOND), Digest.of());
    assertThat(restarted().list(LOCK)).contains(set(FIRST, SECOND));
    keys.allowAny(LOCK, Digest.of());
    assertThat(keys.allows(Optional.of(LOCK), PUMP, THIRD)).isTrue();
  }

  @Test
  void a_key_that_is_listed_for_a_device_is_that_devices_alone_and_stays_so() {
    keys.allow(LOCK, of(PUMP, FIRST), Digest.of());
    keys.allow(LOCK, set(FIRST, SECOND), Digest.of());
    assertThat(restarted().allows(Optional.of(LOCK), PUMP, FIRST)).isTrue();
    assertThat(restarted().allows(Optional.of(LOCK), OTHER, FIRST)).isFalse();
    assertThat(keys.allows(Optional.of(LOCK), OTHER, SECOND)).isTrue();
    assertThatThrownBy(() -> keys.allow(LOCK, of(OTHER, FIRST), Digest.of()))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("is listed for pump-1");
    keys.allow(LOCK, of(OTHER, SECOND), Digest.of());
    assertThat(keys.allows(Optional.of(LOCK), PUMP, SECOND)).isFalse();
    execute("UPDATE attestation.allowed_key SET device = 'pump-2'");
    lost();
    execute("UPDATE attestation.allowed_key SET device = NULL");
    lost();
  }

  @Test
  void L4_a_list_that_the_database_changed_allows_nobody_until_it_is_given_anew() {
    keys.allow(LOCK, set(FIRST, SECOND), Digest.of());
    execute(
        "INSERT INTO attestation.allowed_key SELECT list, product, decode(repeat('cd', 32), 'hex')"
            + " FROM attestation.allowed_key LIMIT 1");
    lost();
    execute("DELETE FROM attestation.allowed_key WHERE key = decode(repeat('cd', 32), 'hex')");
    assertThat(restarted().allows(Optional.of(LOCK), PUMP, FIRST)).isTrue();
    execute("DELETE FROM attestation.allowed_key");
    lost();
    restarted().allow(LOCK, set(THIRD), Digest.of());
    assertThat(restarted().list(LOCK)).contains(set(THIRD));
  }

  private void lost() {
    assertThatThrownBy(() -> restarted().allows(Optional.of(LOCK), PUMP, FIRST))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("not the one on record");
  }

  private void execute(String sql) {
    var unused = database.jdbc().sql(sql).update();
  }

  private static SortedMap<Digest, Optional<Subject>> set(Digest... digests) {
    SortedMap<Digest, Optional<Subject>> keys = new TreeMap<>();
    for (Digest digest : digests) {
      keys.put(digest, Optional.empty());
    }
    return keys;
  }

  private static SortedMap<Digest, Optional<Subject>> of(Subject device, Digest key) {
    return new TreeMap<>(Map.of(key, Optional.of(device)));
  }

  /** The newest of each subject and kind. */
  private static final class Memory implements EvidenceSink {
    private final Map<List<Object>, Evidence> newest = new HashMap<>();

    @Override
    public Receipt state(Evidence evidence) {
      newest.put(List.of(evidence.subject(), evidence.kind()), evidence);
      return new Receipt(evidence.id());
    }

    @Override
    public Optional<Stated> newest(Subject subject, String kind) {
      return Optional.ofNullable(newest.get(List.of(subject, kind)))
          .map(evidence -> new EvidenceSink.Stated(evidence, Optional.empty()));
    }
  }
}
