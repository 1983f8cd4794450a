package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Settings;
import org.thingward.platform.Time;

/** The whole process, but for a broker: started, asked, ended, started again. */
class ServerTest {
  @TempDir Path data;

  @Test
  void the_contract_and_the_routes_are_the_same_and_a_second_start_continues() throws Exception {
    String authority;
    try (Server server = start()) {
      assertThat(declared(server)).isEqualTo(contract());
      authority = curl(server, "/api/v1/ca");
      assertThat(authority).contains("HTTP/1.1 200", "fingerprint");
      assertThat(curl(server, "-X", "PUT", "-d", "{}", "/api/v1/policy")).contains("HTTP/1.1 4");
      assertThat(data.resolve("run/endpoints.json")).content().contains("\"mqtt\":", "\"https\":");
      assertThatThrownBy(() -> DataDirectory.open(data))
          .hasMessageContaining("another Thingward uses");
      assertThat(deviceCurl(server, "/.well-known/est/cacerts")).contains("HTTP/1.1 200");
      assertThat(handshake(server.endpoints().mqtt())).contains("Cert Status: good");
      assertThat(handshake(server.endpoints().https())).contains("Cert Status: good");
    }
    assertThat(data.resolve("run/endpoints.json")).doesNotExist();
    try (Server server = start()) {
      assertThat(body(curl(server, "/api/v1/ca"))).isEqualTo(body(authority));
    }
  }

  private Server start() {
    Settings settings =
        Settings.read(
            List.of(
                "--data",
                data.toString(),
                "--mqtt-port",
                "0",
                "--https-port",
                "0",
                "--operator-port",
                "0",
                "--listen",
                "127.0.0.1",
                "--broker",
                "mqtt://127.0.0.1:1"));
    Progress progress =
        new Progress(new PrintStream(System.out, true, StandardCharsets.UTF_8), Time.ofMachine());
    return Server.start(settings, DataDirectory.open(data), progress);
  }

  private static Map<String, String> declared(Server server) {
    Map<String, String> routes = new TreeMap<>();
    for (OperatorRoute route : server.operatorRoutes()) {
      routes.put(
          route.method() + " " + route.path(),
          route.permission().word() + " " + route.reach().word() + " " + route.verb());
    }
    return routes;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> contract() throws Exception {
    Map<String, Object> root;
    try (var text = ServerTest.class.getResourceAsStream("/openapi.yaml")) {
      root =
          (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromInputStream(text);
    }
    Map<String, String> routes = new TreeMap<>();
    ((Map<String, Map<String, Object>>) root.get("paths"))
        .forEach((path, methods) ->
            methods.forEach((method, operation) -> {
              if (operation instanceof Map<?, ?> it) {
                routes.put(
                    method.toUpperCase(java.util.Locale.ROOT) + " " + path,
                    it.get("x-permission") + " " + it.get("x-reach") + " " + it.get("x-verb"));
              }
            }));
    return routes;
  }

  private String curl(Server server, String... arguments) throws Exception {
    Path keys = data.resolve("keys");
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "--http1.1",
                "-sSi",
                "--cacert",
                keys.resolve("operator-server.pem").toString(),
                "--cert",
                keys.resolve("operator.pem").toString(),
                "--key",
                keys.resolve("operator.key").toString()));
    return run(command, server.endpoints().operator(), arguments);
  }

  /** Without verifying the server: its authority is what is being fetched. */
  private static String deviceCurl(Server server, String path) throws Exception {
    return run(
        new ArrayList<>(List.of("curl", "--http1.1", "-sSik")), server.endpoints().https(), path);
  }

  private static String run(List<String> command, int port, String... arguments) throws Exception {
    for (int i = 0; i < arguments.length; i++) {
      boolean last = i == arguments.length - 1;
      command.add(last ? "https://localhost:" + port + arguments[i] : arguments[i]);
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return text;
  }

  /** What a client that asks for the certificate's status sees, whether or not it is let in. */
  private static String handshake(int port) throws Exception {
    Process process =
        new ProcessBuilder("openssl", "s_client", "-status", "-connect", "127.0.0.1:" + port)
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return text;
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n"));
  }
}
