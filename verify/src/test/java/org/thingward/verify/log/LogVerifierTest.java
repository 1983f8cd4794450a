package org.thingward.verify.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogVerifierTest {
  @TempDir private Path folder;

  @Test
  void L6_a_sound_log_is_ok_and_said_to_be_unwitnessed() throws IOException {
    new TestLog(700).write(folder);
    LogReport report = verify();
    assertThat(report.ok()).as("%s", report.lines()).isTrue();
    assertThat(report.checkpoint().orElseThrow().size()).isEqualTo(700);
    assertThat(report.time()).contains(TestLog.START.plusSeconds(3_600));
    assertThat(report.lines().getFirst())
        .isEqualTo(
            "log thingward/test of 700 entries, checkpoint 2026-11-22T10:14:51Z, signed with"
                + " Ed25519 + ML-DSA-44");
    assertThat(report.lines().getLast())
        .isEqualTo("unwitnessed: the log may be forked or shortened");
  }

  @Test
  void an_empty_log_is_ok() throws IOException {
    new TestLog(0).write(folder);
    assertThat(verify().ok()).isTrue();
  }

  @Test
  void a_flipped_bit_in_any_byte_of_a_small_log_is_found_in_its_file() throws IOException {
    new TestLog(5).write(folder);
    for (String file : new LogSource.Directory(folder).files()) {
      byte[] sound = Files.readAllBytes(folder.resolve(file));
      for (int i = 0; i < sound.length; i++) {
        byte[] flipped = sound.clone();
        flipped[i] ^= (byte) (1 << (i % 8));
        Files.write(folder.resolve(file), flipped);
        LogReport report = verify();
        assertThat(report.fault()).as("byte %d of %s", i, file).isPresent();
        assertThat(report.fault().get().file()).as("byte %d", i).isEqualTo(file);
      }
      Files.write(folder.resolve(file), sound);
    }
    assertThat(verify().ok()).isTrue();
  }

  @Test
  void a_flipped_bit_in_any_file_of_a_larger_log_is_found_and_located() throws IOException {
    new TestLog(700).write(folder);
    Files.createDirectories(folder.resolve("tile/0/000.p"));
    Files.createDirectories(folder.resolve("tile/entries/002.p"));
    copyBeginning("tile/0/000", "tile/0/000.p/9", 9 * 32);
    copyBeginning("tile/entries/002.p/188", "tile/entries/002.p/4", 4 * 76);
    assertThat(verify().ok()).as("%s", verify().lines()).isTrue();
    Random random = new Random(11);
    for (String file : new LogSource.Directory(folder).files()) {
      byte[] sound = Files.readAllBytes(folder.resolve(file));
      for (int round = 0; round < 10; round++) {
        int at = random.nextInt(sound.length);
        byte[] flipped = sound.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(folder.resolve(file), flipped);
        requireLocated(file, at);
      }
      Files.write(folder.resolve(file), sound);
    }
  }

  private void requireLocated(String file, int at) {
    LogReport report = verify();
    assertThat(report.fault()).as("byte %d of %s", at, file).isPresent();
    LogFault fault = report.fault().get();
    assertThat(fault.file()).isEqualTo(file);
    TilePath.parse(file)
        .filter(tile -> fault.entry().isPresent())
        .ifPresent(tile -> assertThat(fault.entry()).hasValue(entryAt(tile, at)));
  }

  private static long entryAt(TilePath tile, int at) {
    return switch (tile) {
      case TilePath.Entries bundle -> bundle.index() * 256 + at / 76;
      case TilePath.Hashes hashes -> (hashes.index() * 256 + at / 32) << (8 * hashes.level());
    };
  }

  @Test
  void a_changed_tile_is_named_with_its_first_wrong_entry_and_that_entrys_time()
      throws IOException {
    new TestLog(700).write(folder);
    flip("tile/0/001", 77 * 32);
    LogReport report = verify();
    assertThat(report.lines())
        .contains(
            "tile/0/001: hash 77 differs from entry 333",
            "the log is not the one that checkpoint 700 describes; first wrong entry 333"
                + " (2026-11-22T09:20:24Z)");
  }

  @Test
  void an_entry_changed_together_with_its_tile_is_found_by_the_tile_above() throws IOException {
    new TestLog(700).write(folder);
    byte[] bundle = Files.readAllBytes(folder.resolve("tile/entries/001"));
    bundle[5 * 76 + 20] ^= 1;
    Files.write(folder.resolve("tile/entries/001"), bundle);
    byte[] leaf = Arrays.copyOfRange(bundle, 5 * 76 + 2, 6 * 76);
    byte[] tile = Files.readAllBytes(folder.resolve("tile/0/001"));
    System.arraycopy(MerkleTree.leafHash(leaf).bytes(), 0, tile, 5 * 32, 32);
    Files.write(folder.resolve("tile/0/001"), tile);
    LogFault fault = verify().fault().orElseThrow();
    assertThat(fault).hasToString("tile/0/001: differs from hash 1 of tile/1/000.p/2");
    assertThat(fault.entry()).hasValue(256);
  }

  @Test
  void a_log_rewritten_throughout_does_not_lead_to_its_checkpoint() throws IOException {
    new TestLog(700).write(folder);
    byte[] signed = Files.readAllBytes(folder.resolve("checkpoint"));
    TestLog other = new TestLog(700);
    other.leaves.set(3, other.leaves.get(4));
    other.hashes.set(3, other.hashes.get(4));
    other.write(folder);
    Files.write(folder.resolve("checkpoint"), signed);
    assertThat(verify().fault().orElseThrow().reason()).contains("rewritten");
  }

  @Test
  void a_missing_file_is_named() throws IOException {
    new TestLog(700).write(folder);
    for (String file : new LogSource.Directory(folder).files()) {
      byte[] sound = Files.readAllBytes(folder.resolve(file));
      Files.delete(folder.resolve(file));
      if (!file.equals(LogVerifier.KEYS)) {
        assertThat(verify().fault().orElseThrow()).hasToString(file + ": is missing");
      }
      Files.write(folder.resolve(file), sound);
    }
  }

  @Test
  void a_file_cut_short_or_grown_is_named() throws IOException {
    new TestLog(700).write(folder);
    for (String file : new LogSource.Directory(folder).files()) {
      byte[] sound = Files.readAllBytes(folder.resolve(file));
      Files.write(folder.resolve(file), Arrays.copyOf(sound, sound.length - 1));
      assertThat(verify().fault().orElseThrow().file()).isEqualTo(file);
      Files.write(folder.resolve(file), Arrays.copyOf(sound, 200_000));
      assertThat(verify().fault().orElseThrow().file()).isEqualTo(file);
      Files.write(folder.resolve(file), sound);
    }
  }

  @Test
  void a_checkpoint_that_claims_more_than_there_is_fails_at_once() throws IOException {
    TestLog log = new TestLog(700);
    log.write(folder);
    Checkpoint claim = new Checkpoint(TestLog.ORIGIN, 1L << 50, log.root(), List.of());
    Files.write(folder.resolve("checkpoint"), TestLog.sign(claim).serialise());
    assertThat(verify().fault().orElseThrow()).hasToString("tile/entries/002: is missing");
  }

  @Test
  void a_checkpoint_signed_by_one_of_two_keys_only_is_refused() throws IOException {
    TestLog log = new TestLog(3);
    log.write(folder);
    Checkpoint head = log.checkpoint();
    Checkpoint half = head.with(head.signatures().subList(0, 1));
    Files.write(folder.resolve("checkpoint"), half.serialise());
    assertThat(verify().fault().orElseThrow())
        .hasToString("checkpoint: has no valid ML-DSA-44 signature of thingward/test");
  }

  @Test
  void an_old_partial_tile_that_goes_while_the_log_is_read_is_no_fault() throws IOException {
    new TestLog(700).write(folder);
    // Listed, and gone when it is read: as a link that leads nowhere.
    Path old = folder.resolve("tile/0/001.p/165");
    Files.createDirectories(old.getParent());
    Files.createSymbolicLink(old, folder.resolve("gone"));
    assertThat(verify().ok()).isTrue();
    Files.delete(old);
    Files.write(old, new byte[165 * 32]);
    assertThat(verify().ok()).as("one that is there must be its beginning").isFalse();
  }

  @Test
  void a_strange_file_among_the_tiles_is_named() throws IOException {
    new TestLog(3).write(folder);
    Files.writeString(folder.resolve("tile/0/note.txt"), "x");
    assertThat(verify().fault().orElseThrow().file()).isEqualTo("tile/0/note.txt");
  }

  @Test
  void a_log_behind_a_url_is_verified_and_an_error_of_its_server_is_reported() throws IOException {
    new TestLog(700).write(folder);
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(free, 0);
    server.createContext(
        "/log/",
        exchange -> {
          Path file = folder.resolve(exchange.getRequestURI().getPath().substring(5));
          byte[] body = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
          exchange.sendResponseHeaders(
              Files.exists(file) ? 200 : 404, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/log");
    try (HttpClient client = HttpClient.newHttpClient()) {
      LogSource source = new LogSource.Web(url, client, Duration.ofSeconds(10));
      List<VerifierKey> keys = LogVerifier.keysOf(source);
      assertThat(keys).isEqualTo(TestLog.keys());
      assertThat(new LogVerifier(source, keys).verify().ok()).isTrue();
      flip("tile/entries/001", 7);
      assertThat(new LogVerifier(source, keys).verify().fault().orElseThrow().file())
          .isEqualTo("tile/entries/001");
    } finally {
      server.stop(0);
    }
  }

  private void flip(String file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(file));
    bytes[at] ^= 1;
    Files.write(folder.resolve(file), bytes);
  }

  private void copyBeginning(String from, String to, int length) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(from));
    Files.write(folder.resolve(to), Arrays.copyOf(bytes, length));
  }

  private LogReport verify() {
    return new LogVerifier(new LogSource.Directory(folder), TestLog.keys()).verify();
  }

  @Test
  void L6_who_saw_a_longer_log_refuses_a_shorter_one_that_is_signed() throws IOException {
    Checkpoint seen = new TestLog(300).checkpoint();
    LogSource shorter = new LogSource.Directory(new TestLog(299).write(folder.resolve("short")));
    LogReport alone = new LogVerifier(shorter, TestLog.keys()).verify();
    assertThat(alone.ok()).isTrue();
    assertThat(alone.lines()).contains("unwitnessed: the log may be forked or shortened");
    LogReport report = seenBefore(shorter, seen);
    assertThat(report.fault().orElseThrow().reason())
        .contains("and one of 300 entries of thingward/test was seen before");
  }

  @Test
  void L6_who_saw_one_log_refuses_its_fork_and_accepts_what_continues_it() throws IOException {
    Checkpoint seen = new TestLog(300).checkpoint();
    LogSource longer = new LogSource.Directory(new TestLog(600).write(folder.resolve("longer")));
    assertThat(seenBefore(longer, seen).ok()).isTrue();
    for (int size : new int[] {300, 600}) {
      Path written = TestLog.forked(size).write(folder.resolve("forked-" + size));
      assertThat(seenBefore(new LogSource.Directory(written), seen).fault().orElseThrow().reason())
          .isEqualTo("does not continue the one of 300 entries that was seen before");
    }
  }

  private static LogReport seenBefore(LogSource log, Checkpoint seen) {
    return new LogVerifier(log, TestLog.keys(), Optional.empty(), Optional.of(seen)).verify();
  }
}
