package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Settings;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.Time;

/**
 * A whole server before a real mosquitto, and the real clients that speak to it: curl, openssl,
 * mosquitto_pub and mosquitto_sub.
 */
final class RunningHouse implements AutoCloseable {
  private static final Pattern TOKEN = Pattern.compile("\"token\":\\s*\"([^\"]+)\"");

  private final Time time;
  private final Path data;
  private final Path clients;
  private final Process broker;
  private final List<String> settings;
  private Server server;

  /**
   * What a program ended with, or what curl was answered.
   *
   * @param status the exit code, or the status of HTTP
   * @param type the media type of an answer; empty if there is none
   */
  record Answer(int status, String type, String text) {}

  RunningHouse(Path folder, String... more) {
    this(folder, Time.ofMachine(), more);
  }

  /** By this clock. */
  RunningHouse(Path folder, Time time, String... more) {
    this.time = time;
    this.data = made(folder.resolve("data"));
    TestDatabase.putInto(data);
    this.clients = made(folder.resolve("clients"));
    int port = freePort();
    this.broker = startBroker(folder, port);
    this.settings =
        new ArrayList<>(
            List.of(
                "--data",
                data.toString(),
                "--listen",
                "127.0.0.1",
                "--broker",
                "mqtt://127.0.0.1:" + port));
    for (String flag : List.of("--mqtt-port", "--https-port", "--operator-port")) {
      settings.addAll(List.of(flag, "0"));
    }
    settings.addAll(List.of(more));
    this.server = started();
    run("curl", "-sSkf", "-o", "ca.b64", https("/.well-known/est/cacerts"));
    store("ca.b64", "ca.pem");
  }

  private Server started() {
    Progress progress =
        new Progress(new PrintStream(System.out, true, StandardCharsets.UTF_8), time);
    return Server.start(Settings.read(settings), DataDirectory.open(data), progress, time);
  }

  /** What runs. */
  Server server() {
    return server;
  }

  /** The certificate by which the operator listener is known. */
  Path operatorCertificate() {
    return data.resolve("keys/operator-server.pem");
  }

  /** Ends the server and starts it again on the same data. */
  void restart() {
    restartAfter(() -> {});
  }

  /** As before; meanwhile something is done to the data, and these settings are given from then. */
  void restartAfter(Runnable meanwhile, String... more) {
    server.close();
    meanwhile.run();
    settings.addAll(List.of(more));
    server = started();
  }

  /** The server's data. */
  Path data() {
    return data;
  }

  /** As whoever has the database does it; something must be changed. */
  void sql(String statement) {
    Path database = data.resolve("database");
    try {
      String port = Files.readAllLines(database.resolve("data/postmaster.pid")).get(3);
      try (Connection connection =
              DriverManager.getConnection(
                  "jdbc:postgresql://127.0.0.1:" + port + "/thingward",
                  "thingward",
                  Files.readString(database.resolve("role.password")));
          Statement done = connection.createStatement()) {
        assertThat(done.executeUpdate(statement)).isPositive();
      }
    } catch (IOException | SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** A request of the operator, in JSON. */
  Answer operator(String method, String path, String json) {
    return operator(method, path, "application/json", json);
  }

  /** A request of the operator. */
  Answer operator(String method, String path, String type, String body) {
    return atOperatorPort(
        "/api/v1" + path, "-X", method, "-H", "content-type: " + type, "--data-binary", body);
  }

  /** What a monitoring system reads. */
  String figures() {
    return atOperatorPort("/actuator/prometheus").text();
  }

  private Answer atOperatorPort(String path, String... options) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("--cacert", data.resolve("keys/operator-server.pem").toString()));
    all.addAll(List.of("--cert", data.resolve("keys/operator.pem").toString()));
    all.addAll(List.of("--key", data.resolve("keys/operator.key").toString()));
    all.addAll(List.of(options));
    return curl(
        "https://localhost:" + server.endpoints().operator() + path, all.toArray(String[]::new));
  }

  /** A request of a device, to the HTTPS listener. */
  Answer device(String name, String path, String... options) {
    List<String> all = new ArrayList<>(List.of("--cacert", "ca.pem"));
    all.addAll(List.of("--cert", name + ".pem", "--key", name + ".key"));
    all.addAll(List.of(options));
    return curl(https(path), all.toArray(String[]::new));
  }

  /** Makes a token, a key and a request, and enrols over EST. */
  void enrol(String kind, String name) {
    Answer token =
        operator("POST", "/tokens", "{\"%s\":\"%s\",\"ttl\":\"1h\"}".formatted(kind, name));
    Matcher found = TOKEN.matcher(token.text());
    if (!found.find()) {
      throw new AssertionError(token.toString());
    }
    enrolWith(found.group(1), name);
  }

  /** Enrols over EST by a token for a key elsewhere, whose request is given; the certificates. */
  byte[] enrolElsewhere(String name, byte[] csr) {
    Answer token = operator("POST", "/tokens", "{\"device\":\"" + name + "\",\"ttl\":\"1h\"}");
    Matcher found = TOKEN.matcher(token.text());
    if (!found.find()) {
      throw new AssertionError(token.toString());
    }
    return enrolElsewhere(found.group(1), name, csr);
  }

  /** As before, by this token. */
  byte[] enrolElsewhere(String token, String name, byte[] csr) {
    try {
      Files.write(clients.resolve(name + ".csr"), csr);
      run(est(token, name, name, "-f", "-o", name + ".b64"));
      store(name + ".b64", name + ".pem");
      return Files.readAllBytes(clients.resolve(name + ".pem"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a key and a request, and enrols over EST by a token. */
  void enrolWith(String token, String name) {
    key(name);
    request(name);
    run(est(token, name, name, "-f", "-o", name + ".b64"));
    store(name + ".b64", name + ".pem");
  }

  /** A PKCS#10 request for the key of this name. */
  void request(String name) {
    run(
        "openssl",
        "req",
        "-new",
        "-key",
        name + ".key",
        "-subj",
        "/CN=x",
        "-outform",
        "DER",
        "-out",
        name + ".csr");
  }

  /** What EST answers to the request of {@code key} with the token of {@code name}. */
  String askToEnrol(String token, String name, String key) {
    return run(est(token, name, key));
  }

  private String[] est(String token, String name, String key, String... more) {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--cacert", "ca.pem"));
    command.addAll(List.of("-u", name + ":" + token, "-H", "content-type: application/pkcs10"));
    command.addAll(List.of("--data-binary", "@" + key + ".csr"));
    command.addAll(List.of(more));
    command.add(https("/.well-known/est/simpleenroll"));
    return command.toArray(String[]::new);
  }

  void key(String name) {
    run(
        "openssl",
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-out",
        name + ".key");
  }

  /** The certificates of a PKCS#7 as EST sends it, in PEM. */
  private void store(String base64, String pem) {
    run("openssl", "base64", "-d", "-in", base64, "-out", base64 + ".der");
    run("openssl", "pkcs7", "-inform", "DER", "-print_certs", "-in", base64 + ".der", "-out", pem);
  }

  /** Publishes by mosquitto_pub. */
  int publish(String name, String topic, String text) {
    Process process = start(mqtt("mosquitto_pub", name, "-q", "1", "-t", topic, "-m", text, "-d"));
    return finish(process, name + " publishes").status();
  }

  /** Subscribes by mosquitto_sub, whose output goes to a file. */
  Process subscribe(String name, String topic) {
    return start(mqtt("mosquitto_sub", name, "-q", "1", "-t", topic, "-d"));
  }

  /** What a client has said so far. */
  String said(Process client) {
    try {
      return Files.readString(output(client));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String[] mqtt(String program, String name, String... more) {
    List<String> command =
        new ArrayList<>(List.of("stdbuf", "-oL", program, "-V", "mqttv5", "-h", "127.0.0.1"));
    command.addAll(List.of("-p", Integer.toString(server.endpoints().mqtt()), "-i", name));
    command.addAll(List.of("--cafile", "ca.pem"));
    command.addAll(List.of("--cert", name + ".pem", "--key", name + ".key"));
    command.addAll(List.of(more));
    return command.toArray(String[]::new);
  }

  private Answer curl(String url, String... options) {
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "-w", "\n%{content_type}\n%{http_code}"));
    command.addAll(List.of(options));
    command.add(url);
    String text = run(command.toArray(String[]::new));
    int last = text.lastIndexOf('\n');
    int line = text.lastIndexOf('\n', last - 1);
    String type = text.substring(line + 1, last);
    return new Answer(Integer.parseInt(text.substring(last + 1)), type, text.substring(0, line));
  }

  private String https(String path) {
    return "https://localhost:" + server.endpoints().https() + path;
  }

  /** Runs a program in the clients' folder; it must succeed. */
  String run(String... command) {
    Answer done = finish(start(command), String.join(" ", command));
    if (done.status() != 0) {
      throw new AssertionError(String.join(" ", command) + "\n" + done.text());
    }
    return done.text();
  }

  private Process start(String... command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(clients.toFile()).redirectErrorStream(true);
      Path file = Files.createTempFile(clients, "output", "");
      Process process = builder.redirectOutput(file.toFile()).start();
      Files.move(file, output(process));
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path output(Process process) {
    return clients.resolve("output-of-" + process.pid());
  }

  private Answer finish(Process process, String what) {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("does not end: " + what);
      }
      return new Answer(process.exitValue(), "", said(process));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static void eventually(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 20 s: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private static Process startBroker(Path folder, int port) {
    try {
      Path file = folder.resolve("mosquitto.conf");
      Files.writeString(file, "listener %d 127.0.0.1\nallow_anonymous true\n".formatted(port));
      String program =
          Files.isExecutable(Path.of("/usr/sbin/mosquitto")) ? "/usr/sbin/mosquitto" : "mosquitto";
      return new ProcessBuilder(program, "-c", file.toString())
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("mosquitto.log").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("mosquitto does not start", e);
    }
  }

  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
    broker.destroyForcibly();
  }
}
