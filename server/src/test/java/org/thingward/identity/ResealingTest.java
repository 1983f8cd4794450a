package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.ledger.LedgerKeys;
import org.thingward.platform.TestDatabase;
import tools.jackson.databind.JsonNode;

/** What one key-encryption key has sealed is sealed under another, whatever comes between. */
class ResealingTest {
  private static final Consumer<String> QUIETLY = step -> {};

  @TempDir Path data;
  @TempDir Path places;
  @TempDir Path device;
  private Path folder;
  private Installation here;
  private X509Certificate pump;
  private JsonNode token;

  @BeforeEach
  void open() throws Exception {
    folder = Files.createDirectory(data.resolve("keys"));
    here = new Installation(folder);
    pump = here.enrol("pump-07", here.token("pump-07"), new Keys(device).ecRequest("pump-07"));
    String body = "{\"device\":\"valve-1\",\"cmp\":true}";
    token = here.operator("POST", "/tokens", Map.of(), body);
  }

  @AfterEach
  void close() throws Exception {
    here.close();
  }

  @Test
  void I1_the_key_before_opens_nothing_more_and_nothing_else_is_changed() throws Exception {
    Map<String, byte[]> before = contents();
    KeyEncryptionPlace next = key("next");
    Resealing.Done done = resealing(here.keyEncryptionKey, next).run(QUIETLY);

    assertThat(done.keys()).as("the issuing key, and that of results").isEqualTo(2);
    assertThat(done.secrets()).isEqualTo(1);
    Map<String, byte[]> after = contents();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    for (String name : before.keySet()) {
      boolean sealed = name.equals("issuing-1.key") || name.equals("results-1.key");
      if (!sealed) {
        assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
      } else {
        assertThat(new String(after.get(name), StandardCharsets.US_ASCII))
            .contains(done.to())
            .doesNotContain(done.from());
      }
    }
    assertThatThrownBy(() -> here.restart())
        .hasMessageContaining("it was sealed by key-encryption key " + done.to());
    Files.delete(folder.resolve("key-encryption-key"));
    startsWith(next);
    assertThat(folder.resolve("key-encryption-key")).doesNotExist();
  }

  @Test
  void I1_interrupted_at_any_step_it_goes_on_and_nothing_starts_before_it_is_done() {
    KeyEncryptionPlace current = here.keyEncryptionKey;
    for (int at = 0; at < 6; at++) {
      KeyEncryptionPlace next = key("key-" + at);
      KeyEncryptionPlace from = current;
      Interruption interruption = new Interruption(at);
      assertThatThrownBy(() -> resealing(from, next).run(interruption)).isSameAs(interruption.cut);
      if (at > 0) {
        for (KeyEncryptionPlace either : new KeyEncryptionPlace[] {from, next}) {
          here.keyEncryptionKey = either;
          assertThatThrownBy(() -> here.restart())
              .hasMessageContaining("sealing anew was interrupted");
        }
        assertThatThrownBy(() -> resealing(from, key("third")).run(QUIETLY))
            .hasMessageContaining("end that first");
      } else {
        startsWith(from);
      }
      Resealing.Done unused = resealing(from, next).run(QUIETLY);
      startsWith(next);
      current = next;
    }
    Resealing.Done six = resealing(here.keyEncryptionKey, key("last")).run(new Interruption(6));
    assertThat(six.keys()).as("there are no more steps").isEqualTo(2);
  }

  @Test
  void I1_killed_at_its_work_the_command_is_repeated_and_every_key_opens() throws Exception {
    LedgerKeys unused = LedgerKeys.open(folder, here.randomness); // As where a server ran.
    for (int i = 0; i < 40; i++) {
      String body = "{\"device\":\"gauge-%d\",\"cmp\":true}".formatted(i);
      assertThat(here.operator("POST", "/tokens", Map.of(), body).has("cmp-secret")).isTrue();
    }
    KeyEncryptionPlace next = key("next");
    String issuing = Files.readString(folder.resolve("issuing-1.key"));
    killedAt("from here on the server does not start before this is done");
    killedAt("the secrets of tokens");
    assertThat(folder.resolve("issuing-1.key")).hasContent(issuing);
    killedAt("results-1");
    assertThat(Files.readString(folder.resolve("issuing-1.key"))).isNotEqualTo(issuing);
    assertThatThrownBy(() -> here.restart()).hasMessageContaining("interrupted");
    Process last = reseal("--json");
    assertThat(new String(last.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("\"keys\":2,\"secrets\":");
    assertThat(last.waitFor()).isZero();
    assertThat(folder.resolve("resealing")).doesNotExist();
    Files.delete(folder.resolve("key-encryption-key"));
    startsWith(next);
  }

  /**
   * Killed at work on this. Meanwhile another transaction holds the last of the secrets, and when
   * it lets go of that it waits for all of them: the command does not come to its end before.
   */
  private void killedAt(String step) throws Exception {
    try (Connection other = here.database.dataSource().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "SAVEPOINT before; SELECT id FROM identity.token WHERE mac_secret IS NOT NULL"
              + " ORDER BY id DESC LIMIT 1 FOR UPDATE");
      Process child = reseal();
      try (BufferedReader lines = child.inputReader()) {
        if (!step.startsWith("from here on")) {
          untilItWaits();
        }
        if (step.equals("results-1")) {
          statement.execute(
              "ROLLBACK TO before; LOCK TABLE identity.token IN ACCESS EXCLUSIVE MODE");
        }
        readTo(step, lines);
        // The handle, unlike the process, leaves its output open.
        assertThat(child.toHandle().destroyForcibly()).isTrue();
      }
      assertThat(child.waitFor()).as("killed while it ran").isEqualTo(128 + 9);
      other.rollback();
    }
  }

  private void readTo(String step, BufferedReader lines) throws IOException {
    String said;
    do {
      said = lines.readLine();
      assertThat(said).as("%s", Files.readString(places.resolve("errors"))).isNotNull();
    } while (!said.strip().equals(step));
  }

  private void untilItWaits() {
    String waiting =
        "SELECT count(*) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND wait_event_type = 'Lock'";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (here.database.jdbc().sql(waiting).query(Long.class).single() == 0) {
      assertThat(System.nanoTime()).as("it waits for the last secret").isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** The command in a process of its own, on the database of this installation. */
  private Process reseal(String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.add("-Dlogback.configurationFile=logback.xml"); // The product's, not the tests'.
    command.addAll(List.of("org.thingward.app.ThingwardCa", "reseal"));
    command.addAll(List.of("--to", places.resolve("next").toString(), "--data", data.toString()));
    command.addAll(List.of("--database", TestDatabase.url(here.database)));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectError(places.resolve("errors").toFile()).start();
  }

  @Test
  void what_was_begun_may_be_taken_back() {
    KeyEncryptionPlace next = key("next");
    assertThatThrownBy(() -> resealing(here.keyEncryptionKey, next).run(new Interruption(3)))
        .isNotNull();
    Path beside = folder.resolve("key-encryption-key");
    KeyEncryptionPlace before = KeyEncryptionPlace.of(Optional.of(beside.toString()));
    Resealing.Done unused = resealing(next, before).run(QUIETLY);
    startsWith(here.keyEncryptionKey);
  }

  @Test
  void what_opens_by_neither_key_ends_it_before_anything_is_changed() throws Exception {
    Map<String, byte[]> before = contents();
    assertThatThrownBy(() -> resealing(key("a"), key("b")).run(QUIETLY))
        .hasMessageContaining("issuing-1.key does not open");
    assertThatThrownBy(() -> resealing(here.keyEncryptionKey, here.keyEncryptionKey).run(QUIETLY))
        .hasMessageContaining("needs a place of its own");
    assertThatThrownBy(() -> resealing(key("a"), key("a")).run(QUIETLY))
        .hasMessageContaining("there is nothing to be done");

    assertThat(contents().keySet()).isEqualTo(before.keySet());
    startsWith(here.keyEncryptionKey);
  }

  /** Cuts it off before a step. */
  private static final class Interruption implements Consumer<String> {
    private final IllegalStateException cut = new IllegalStateException("the power failed");
    private int left;

    Interruption(int at) {
      left = at;
    }

    @Override
    public void accept(String step) {
      if (left-- == 0) {
        throw cut;
      }
    }
  }

  private Resealing resealing(KeyEncryptionPlace from, KeyEncryptionPlace to) {
    return Resealing.open(folder, from, to, here.database, here.randomness);
  }

  /** All that was sealed serves as before. */
  private void startsWith(KeyEncryptionPlace place) {
    here.keyEncryptionKey = place;
    here.restart();
    assertThat(here.present(pump).subject().name()).isEqualTo("pump-07");
    KeyEncryptionKey kek = KeyEncryptionKey.open(place, folder, here.randomness);
    UUID id = UUID.fromString(token.path("cmp-reference").asString());
    TokenStore.ByMac kept = new TokenStore(here.database).findByMac(id).orElseThrow();
    assertThat(MacSecret.open(kek, kept.token(), kept.macSecret()).reveal())
        .isEqualTo(token.path("cmp-secret").asString());
  }

  private KeyEncryptionPlace key(String name) {
    Path file = places.resolve(name);
    try {
      if (Files.notExists(file)) {
        byte[] key = here.randomness.bytes(32);
        Files.writeString(
            file, "thingward-kek-v1:" + Base64.getEncoder().encodeToString(key) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return KeyEncryptionPlace.of(Optional.of(file.toString()));
  }

  private Map<String, byte[]> contents() throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }
}
