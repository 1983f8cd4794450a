package org.thingward.verify.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;
import org.thingward.verify.log.AddCheckpoint;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.NoteSignature;
import org.thingward.verify.log.TestLog;
import org.thingward.verify.log.TiledTree;
import org.thingward.verify.log.VerifierKey;

class WitnessTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @TempDir private Path temp;
  private int logs;

  private Witness open() throws IOException {
    Path folder = temp.resolve("witness");
    return Witness.open(folder, "witness.example/1", TestLog.keys(), () -> NOW, new SecureRandom());
  }

  private AddCheckpoint request(int old, int size) throws IOException {
    TestLog log = new TestLog(size);
    Path written = log.write(Files.createDirectory(temp.resolve("log-" + logs++)));
    TiledTree tree = new TiledTree(new LogSource.Directory(written), size);
    return new AddCheckpoint(old, tree.consistency(old).path(), log.checkpoint());
  }

  private static Witness.Answer ask(Witness witness, AddCheckpoint request) throws IOException {
    return witness.addCheckpoint(request.encode());
  }

  @Test
  void L6_what_continues_is_cosigned_with_both_algorithms_and_remembered() throws IOException {
    AddCheckpoint first = request(0, 100);
    try (Witness witness = open()) {
      Witness.Answer answer = ask(witness, first);
      assertThat(answer.status()).isEqualTo(200);
      List<NoteSignature> lines = answer.text().lines().map(NoteSignature::parse).toList();
      Checkpoint cosigned = first.checkpoint().with(lines);
      assertThat(witness.verifiers()).hasSize(2).allMatch(cosigned::signedBy);
      assertThat(witness.verifiers()).allMatch(k -> cosigned.timeBy(k).orElseThrow().equals(NOW));
    }
    try (Witness witness = open()) {
      assertThat(ask(witness, request(100, 300)).status()).isEqualTo(200);
      assertThat(ask(witness, request(300, 300)).status()).isEqualTo(200);
    }
  }

  @Test
  void L6_a_shorter_log_or_a_stale_size_is_a_conflict_that_names_the_size() throws IOException {
    try (Witness witness = open()) {
      ask(witness, request(0, 300));
      for (AddCheckpoint stale :
          List.of(request(0, 310), request(100, 310), request(0, 100), request(100, 100))) {
        Witness.Answer answer = ask(witness, stale);
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.type()).isEqualTo("text/x.tlog.size");
        assertThat(answer.text()).isEqualTo("300\n");
      }
    }
  }

  @Test
  void L6_a_fork_is_never_cosigned_even_if_the_log_signs_it() throws IOException {
    try (Witness witness = open()) {
      ask(witness, request(0, 100));
      Checkpoint forked = TestLog.forked(310).checkpoint();
      AddCheckpoint sound = request(100, 310);
      AddCheckpoint fork = new AddCheckpoint(100, sound.proof(), forked);
      assertThat(ask(witness, fork).status()).isEqualTo(422);
      AddCheckpoint sameSize = new AddCheckpoint(100, List.of(), TestLog.forked(100).checkpoint());
      assertThat(ask(witness, sameSize).status()).isEqualTo(409);
      assertThat(ask(witness, sound).status()).isEqualTo(200);
    }
  }

  @Test
  void a_log_that_it_does_not_know_is_404_and_a_bad_signature_403() throws IOException {
    try (Witness witness = open()) {
      AddCheckpoint sound = request(0, 100);
      Checkpoint head = sound.checkpoint();
      Checkpoint foreign = new Checkpoint("someone/else", 100, head.root(), head.signatures());
      assertThat(ask(witness, new AddCheckpoint(0, List.of(), foreign)).status()).isEqualTo(404);
      Checkpoint oneKey = head.with(head.signatures().subList(0, 1));
      assertThat(ask(witness, new AddCheckpoint(0, List.of(), oneKey)).status()).isEqualTo(403);
      Checkpoint longer = new Checkpoint(head.origin(), 101, head.root(), head.signatures());
      assertThat(ask(witness, new AddCheckpoint(0, List.of(), longer)).status()).isEqualTo(403);
      assertThat(ask(witness, new AddCheckpoint(101, List.of(), head)).status()).isEqualTo(400);
      AddCheckpoint proof = new AddCheckpoint(0, List.of(Digest.of()), head);
      assertThat(ask(witness, proof).status()).isEqualTo(422);
      assertThat(ask(witness, sound).status()).isEqualTo(200);
    }
  }

  @Test
  void any_other_bytes_are_400_and_never_cosigned() throws IOException {
    byte[] sound = request(0, 100).encode();
    Random random = new Random(5);
    try (Witness witness = open()) {
      for (int i = 0; i < 2_000; i++) {
        byte[] body = Arrays.copyOf(sound, sound.length - random.nextInt(3));
        int at = random.nextInt(body.length);
        body[at] ^= (byte) (1 << random.nextInt(8));
        Witness.Answer answer = witness.addCheckpoint(body);
        assertThat(answer.status()).isIn(400, 403, 404, 409, 422);
      }
      assertThat(witness.addCheckpoint(new byte[0]).status()).isEqualTo(400);
      assertThat(witness.addCheckpoint(sound).status()).isEqualTo(200);
    }
  }

  @Test
  void L6_of_many_requests_at_once_those_cosigned_follow_each_other() throws Exception {
    List<AddCheckpoint> requests = new ArrayList<>();
    for (int size = 1; size <= 40; size++) {
      requests.add(request(0, size));
    }
    try (Witness witness = open();
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Witness.Answer>> calls = new ArrayList<>();
      requests.forEach(request -> calls.add(() -> ask(witness, request)));
      int cosigned = 0;
      for (Future<Witness.Answer> answer : threads.invokeAll(calls)) {
        cosigned += answer.get().status() == 200 ? 1 : 0;
      }
      assertThat(cosigned).as("all claim to be the first").isEqualTo(1);
    }
  }

  @Test
  void its_keys_are_its_owners_alone_and_stay() throws IOException {
    List<VerifierKey> made;
    try (Witness witness = open()) {
      made = witness.verifiers();
    }
    Path file = temp.resolve("witness/witness-keys");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Witness witness = open()) {
      assertThat(witness.verifiers()).isEqualTo(made);
    }
    assertThatThrownBy(() ->
            Witness.open(
                temp.resolve("witness"), "other", List.of(), () -> NOW, new SecureRandom()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("name witness.example/1");
  }

  @Test
  void a_second_process_on_its_folder_and_a_changed_memory_are_refused() throws IOException {
    try (Witness witness = open()) {
      assertThatThrownBy(this::open).hasMessageContaining("another process");
      ask(witness, request(0, 100));
      try (Stream<Path> seen = Files.list(temp.resolve("witness/seen"))) {
        Files.writeString(seen.findFirst().orElseThrow(), "nothing\n");
      }
      AddCheckpoint next = request(100, 200);
      assertThatThrownBy(() -> ask(witness, next)).hasMessageContaining("was changed");
    }
  }
}
