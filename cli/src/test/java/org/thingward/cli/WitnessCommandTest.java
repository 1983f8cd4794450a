package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.verify.log.AddCheckpoint;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.CheckpointSigner;
import org.thingward.verify.log.MerkleTree;
import org.thingward.verify.log.NoteAlgorithm;
import org.thingward.verify.log.NoteSignature;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.log.WitnessPolicy;
import org.thingward.verify.log.WitnessPolicyReader;
import org.thingward.verify.witness.Witness;

class WitnessCommandTest {
  private static final CheckpointSigner LOG =
      CheckpointSigner.of("thingward/test", NoteAlgorithm.ED25519, new byte[32]);

  @TempDir private Path folder;

  @Test
  void L6_it_prints_the_lines_of_a_policy_and_cosigns_for_the_logs_it_knows() throws Exception {
    Path logs = Files.writeString(folder.resolve("logs"), "# ours\n" + LOG.verifier() + "\n");
    PipedInputStream printed = new PipedInputStream(65_536);
    Thread command = start(logs, new PipedOutputStream(printed));
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(printed, StandardCharsets.UTF_8))) {
      List<String> lines = List.of(out.readLine(), out.readLine());
      String text = String.join("\n", lines) + "\ngroup both all w/1 w/1#ml-dsa-44\nquorum both\n";
      WitnessPolicy policy = WitnessPolicyReader.read(text.getBytes(StandardCharsets.UTF_8));
      URI url = policy.witnesses().get("w/1").url().orElseThrow();
      Checkpoint empty = new Checkpoint("thingward/test", 0, MerkleTree.EMPTY, List.of());
      Checkpoint head = empty.with(List.of(LOG.sign(empty, Instant.EPOCH)));
      List<NoteSignature> cosigned = ask(url, head).lines().map(NoteSignature::parse).toList();
      assertThat(policy.isWitnessed(head.with(cosigned))).isTrue();
    } finally {
      command.interrupt();
      command.join();
    }
  }

  private Thread start(Path logs, PipedOutputStream out) {
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(stream, System.err, 100, false, false);
    Tools tools = new Tools(terminal, InstantSource.system(), new SecureRandom());
    String[] arguments = {
      "witness",
      "--folder",
      folder.resolve("w").toString(),
      "--name",
      "w/1",
      "--logs",
      logs.toString(),
      "--listen",
      "127.0.0.1:0"
    };
    return Thread.ofPlatform().start(() -> Thingward.commandLine(tools).execute(arguments));
  }

  private static String ask(URI url, Checkpoint head) throws IOException, InterruptedException {
    byte[] body = new AddCheckpoint(0, List.of(), head).encode();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest post =
          HttpRequest.newBuilder(URI.create(url + "/add-checkpoint"))
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      return client.send(post, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  @Test
  void without_a_log_to_know_or_with_a_bad_address_it_says_what_is_wrong() throws IOException {
    Path none = Files.writeString(folder.resolve("none"), "# nothing\n");
    Path logs = Files.writeString(folder.resolve("logs"), LOG.verifier() + "\n");
    String witness = folder.resolve("w").toString();
    CommandLineRun unknown =
        CommandLineRun.of(
            "witness", "--folder", witness, "--name", "w/1", "--logs", none.toString());
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("names no log");
    CommandLineRun nowhere =
        CommandLineRun.of(
            "witness",
            "--folder",
            witness,
            "--name",
            "w/1",
            "--logs",
            logs.toString(),
            "--listen",
            "here");
    assertThat(nowhere.err()).contains("--listen is HOST:PORT");
  }

  @Test
  void over_http_it_bounds_what_it_reads_and_names_what_it_takes() throws Exception {
    List<String> failures = new ArrayList<>();
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    List<VerifierKey> known = List.of(LOG.verifier());
    InstantSource clock = InstantSource.system();
    try (Witness witness =
            Witness.open(folder.resolve("w"), "w/1", known, clock, new SecureRandom());
        WitnessServer server = WitnessServer.start(witness, free, failures::add);
        HttpClient client = HttpClient.newHttpClient()) {
      URI add = URI.create("http://127.0.0.1:" + server.port() + "/w/add-checkpoint");
      assertThat(post(client, add, new byte[100]).statusCode()).isEqualTo(400);
      assertThat(post(client, add, new byte[AddCheckpoint.MAX_BYTES + 1]).statusCode())
          .isEqualTo(413);
      assertThat(post(client, add.resolve("/other"), new byte[0]).statusCode()).isEqualTo(404);
      HttpRequest get = HttpRequest.newBuilder(add).build();
      assertThat(client.send(get, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(405);
      assertThat(failures).isEmpty();
    }
  }

  private static HttpResponse<String> post(HttpClient client, URI to, byte[] body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(to).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }
}
