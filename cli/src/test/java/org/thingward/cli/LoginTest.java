package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.operator.ServerFolder;
import org.thingward.trust.Digest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command line after the first passkey: logged in by a real Chromium that confirms, and what a
 * thief of its token has. One story, for a first passkey is the first once.
 */
class LoginTest {
  private static final Path SCRIPTS = Path.of("../server/src/test/js");

  @TempDir Path data;
  @TempDir Path home;
  @TempDir Path elsewhere;

  /** The browser that the server's tests drive, by its lines of JSON. */
  private static final class Chromium implements AutoCloseable {
    private final Process node;
    private final Writer in;
    private final BufferedReader out;

    Chromium(String spki) throws IOException {
      node =
          new ProcessBuilder(
                  "node", SCRIPTS.resolve("browser.cjs").toString(), "/usr/bin/chromium", spki)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      in = node.outputWriter(StandardCharsets.UTF_8);
      out = node.inputReader(StandardCharsets.UTF_8);
      answer();
    }

    void run(String operation, Object... arguments) throws IOException {
      Map<String, Object> asked = new HashMap<>(Map.of("do", operation, "page", "ada"));
      for (int i = 0; i < arguments.length; i += 2) {
        asked.put((String) arguments[i], arguments[i + 1]);
      }
      in.write(JsonMapper.shared().writeValueAsString(asked) + "\n");
      in.flush();
      answer();
    }

    private void answer() throws IOException {
      JsonNode answer = JsonMapper.shared().readTree(out.readLine());
      assertThat(answer.path("error").asString("")).isEmpty();
    }

    @Override
    public void close() throws IOException {
      in.close();
      try {
        if (!node.waitFor(20, TimeUnit.SECONDS)) {
          node.destroyForcibly();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void the_command_line_stops_at_the_first_passkey_and_goes_on_once_it_is_confirmed_in_a_browser()
      throws Exception {
    try (RunningServer server = RunningServer.start(data)) {
      assertThat(cli("device", "list").exitCode()).isZero();
      assertThat(cli("login").err()).contains("No passkey is registered yet");
      try (Chromium chromium = new Chromium(spki())) {
        registerAndLogIn(chromium);
        CommandLineRun stopped = cli("device", "list");
        assertThat(stopped.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(stopped.err()).contains("lost its rights", "thingward login");

        theCommandLineIsLoggedIn(chromium);
        whatIsRefusedInTheBrowserIsNothing(chromium);
        aProgramGetsATokenAndNoMoreThanItIsGiven(chromium);
        aTokenForDrillsIsGoodForDrillsAndNothingElse(chromium);
      }
      assertThat(server.process().folder().process().isAlive()).isTrue();
    }
    try (RunningServer again = RunningServer.start(data)) {
      assertThat(cli("device", "list").exitCode()).as("after a restart").isZero();
      assertThat(again.data()).isEqualTo(data);
      Path token = storedToken();
      String text = Files.readString(token).strip();
      assertThat(cli("logout").out()).contains("logged out");
      assertThat(token).doesNotExist();
      assertThat(cli("device", "list").err()).contains("thingward login");
      assertThat(cli("logout").out()).contains("nobody was logged in");
      assertThat(curl("/api/v1/devices", text)).contains("HTTP/1.1 401", "token-refused");
    }
  }

  private CommandLineRun cli(String... arguments) {
    return CommandLineRun.in(environment(home), onServer(arguments));
  }

  private static Map<String, String> environment(Path config) {
    return Map.of("XDG_CONFIG_HOME", config.toString());
  }

  private String[] onServer(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data", data.toString()));
    return all.toArray(String[]::new);
  }

  private void registerAndLogIn(Chromium chromium) throws Exception {
    chromium.run("open", "verified", true);
    chromium.run("go", "url", Files.readString(data.resolve("first-link")).strip());
    chromium.run("fill", "label", "Your name", "text", "ada");
    chromium.run("click", "name", "Register passkey");
    chromium.run("click", "name", "Log in with passkey");
    chromium.run("sees", "text", "Needs a person");
  }

  private void theCommandLineIsLoggedIn(Chromium chromium) throws Exception {
    CommandLineRun.Running login =
        CommandLineRun.begin(
            environment(home), onServer("login", "--name", "bench", "--for", "2d"));
    Matcher link = linkOf(login);
    chromium.run("go", "url", link.group(1));
    chromium.run("sees", "text", link.group(2));
    chromium.run("sees", "text", "calls itself " + Hosts.own());
    chromium.run("sees", "text", "view, operate");
    chromium.run("sees", "text", "a key that only it has");
    chromium.run("click", "name", "Confirm with passkey");
    chromium.run("sees", "text", "Confirmed.");
    CommandLineRun ended = login.await();
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).contains("logged in as ada until").doesNotContain("thingward_");

    assertThat(cli("device", "list").exitCode()).isZero();
    assertThat(cli("api-token", "list").out()).contains("bench", "view; operate", "everywhere");
    Path token = storedToken();
    for (Path secret : List.of(token, token.resolveSibling("client.key"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
          .isEqualTo("rw-------");
    }
    // Who has the token, and not the key beside it, has nothing.
    String text = Files.readString(token).strip();
    assertThat(curl("/api/v1/devices", text)).contains("HTTP/1.1 401", "token-refused");
    Map<String, String> thiefs = new HashMap<>(environment(elsewhere));
    thiefs.put("THINGWARD_TOKEN", text);
    assertThat(CommandLineRun.in(thiefs, onServer("device", "list")).exitCode())
        .isEqualTo(ExitCode.FAILED);
    String[] key = {
      "--cert", token.resolveSibling("client.pem").toString(),
      "--key", token.resolveSibling("client.key").toString()
    };
    assertThat(curl("/api/v1/devices", text, key)).contains("HTTP/1.1 200");
    // Nor is the key worth anything without the token.
    assertThat(curl("/api/v1/devices", "", key)).contains("HTTP/1.1 401");
  }

  private void whatIsRefusedInTheBrowserIsNothing(Chromium chromium) throws Exception {
    CommandLineRun.Running asked =
        CommandLineRun.begin(environment(elsewhere), onServer("login", "--json"));
    chromium.run("go", "url", linkOf(asked).group(1));
    chromium.run("click", "name", "Refuse");
    chromium.run("sees", "text", "The command line gets nothing");
    CommandLineRun ended = asked.await();
    assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ended.err()).contains("\"error\":\"The operator refused this login.\"");
    assertThat(CommandLineRun.in(environment(elsewhere), onServer("device", "list")).exitCode())
        .isEqualTo(ExitCode.FAILED);
  }

  private void aProgramGetsATokenAndNoMoreThanItIsGiven(Chromium chromium) throws Exception {
    String[] viewer = {"--permissions", "view", "--for", "1h"};
    String ofOslo = newToken(chromium, with(viewer, "oslo", "--regions", "oslo"));
    for (String figures : List.of("/actuator/prometheus", "/%61ctuator/prometheus")) {
      assertThat(curl(figures, ofOslo)).contains("HTTP/1.1 403", "whole fleet");
    }
    String token = newToken(chromium, with(viewer, "prometheus"));
    assertThat(curl("/actuator/prometheus", token))
        .contains("HTTP/1.1 200", "thingward_tokens_refused_total{reason=\"other-key\"} 2.0");

    Path file = Files.writeString(elsewhere.resolve("token"), token + "\n");
    Path listener = data.resolve("keys/operator-server.pem");
    String server = new ServerFolder(data).operators().toString();
    String[] where = {
      "--server", server, "--ca", listener.toString(), "--token-file", file.toString()
    };
    assertThat(CommandLineRun.in(Map.of(), with(where, "device", "list")).exitCode()).isZero();
    CommandLineRun denied =
        CommandLineRun.in(Map.of(), with(where, "device", "quarantine", "x", "--reason", "y"));
    assertThat(denied.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(denied.err()).contains("operate");
    String id = id(cli("api-token", "list", "--json").out());
    assertThat(cli("api-token", "withdraw", id).out()).contains("withdrawn");
    CommandLineRun withdrawn = CommandLineRun.in(Map.of(), with(where, "device", "list"));
    assertThat(withdrawn.err()).contains("opens nothing", "thingward login");
  }

  private void aTokenForDrillsIsGoodForDrillsAndNothingElse(Chromium chromium) throws Exception {
    String token = newToken(chromium, "runner", "--permissions", "drill", "--for", "1h");
    Map<String, String> runner = new HashMap<>(environment(elsewhere));
    runner.put("THINGWARD_TOKEN", token);
    CommandLineRun drills =
        CommandLineRun.in(
            runner,
            onServer(
                "drill",
                "revoked-device-returns",
                "false-evidence-wave",
                "--sarif",
                elsewhere.resolve("drill.sarif").toString(),
                "--junit",
                elsewhere.resolve("drill.xml").toString()));
    assertThat(drills.exitCode()).as(drills.out() + drills.err()).isZero();
    assertThat(drills.err()).doesNotContain("not reported");
    assertThat(cli("drill", "history", "false-evidence-wave").out()).contains("stopped", "policy");
    for (String[] other :
        List.of(
            new String[] {"device", "list"},
            new String[] {"drill", "history"},
            new String[] {"token", "create", "meter-1"},
            new String[] {"device", "quarantine", "meter-1", "--reason", "x"})) {
      assertThat(CommandLineRun.in(runner, onServer(other)).exitCode())
          .as(String.join(" ", other))
          .isEqualTo(ExitCode.FAILED);
    }
  }

  /** Makes a token by {@code thingward api-token create}, confirmed in the browser. */
  private String newToken(Chromium chromium, String... options) throws Exception {
    CommandLineRun.Running asked =
        CommandLineRun.begin(environment(home), onServer(with(options, "api-token", "create")));
    chromium.run("go", "url", linkOf(asked).group(1));
    chromium.run("sees", "text", "whoever copies the token can use it");
    chromium.run("click", "name", "Confirm with passkey");
    chromium.run("sees", "text", "Confirmed.");
    String token = asked.await().out().strip();
    assertThat(token).startsWith("thingward_");
    return token;
  }

  private static String id(String tokens) {
    for (JsonNode token : JsonMapper.shared().readTree(tokens)) {
      if (token.path("name").asString("").equals("prometheus")) {
        return token.path("id").asString("");
      }
    }
    throw new AssertionError(tokens);
  }

  private static String[] with(String[] options, String... arguments) {
    return Stream.concat(Stream.of(arguments), Stream.of(options)).toArray(String[]::new);
  }

  /** The address, and the code in it, that a command line shows. */
  private static Matcher linkOf(CommandLineRun.Running login) {
    Pattern form = Pattern.compile("(https://localhost:[0-9]+/#device=([A-Z]{4}-[A-Z]{4}))\n");
    assertThat(
            Patience.untilTrue(
                Duration.ofSeconds(20), () -> login.isOver() || form.matcher(login.err()).find()))
        .isTrue();
    Matcher link = form.matcher(login.err());
    assertThat(link.find()).as(login.err()).isTrue();
    return link;
  }

  private Path storedToken() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files.filter(file -> file.endsWith("token")).findFirst().orElseThrow();
    }
  }

  private String curl(String path, String token, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "--http1.1", "-sSi"));
    command.addAll(List.of("--cacert", data.resolve("keys/operator-server.pem").toString()));
    if (!token.isEmpty()) {
      command.addAll(List.of("-H", "Authorization: Bearer " + token));
    }
    command.addAll(List.of(options));
    command.add(new ServerFolder(data).operators() + path);
    Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
    String answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(curl.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return answer;
  }

  /** The digest of the listener's key, as Chromium is told to trust it. */
  private String spki() {
    return Base64.getEncoder()
        .encodeToString(
            Digest.of(
                    new ServerFolder(data)
                        .operatorListener()
                        .getFirst()
                        .getPublicKey()
                        .getEncoded())
                .bytes());
  }
}
