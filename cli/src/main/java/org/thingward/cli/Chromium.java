package org.thingward.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.thingward.trust.Digest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A headless Chromium with one page and a virtual authenticator in it, spoken to by the Chrome
 * DevTools Protocol. It has a profile of its own, which is deleted when it is closed.
 */
public final class Chromium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<String> PROGRAMS =
      List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome");
  private static final String ENDPOINT = "DevToolsActivePort";

  private final Process process;
  private final Path profile;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Long, CompletableFuture<JsonNode>> awaited = new ConcurrentHashMap<>();
  private final AtomicLong number = new AtomicLong();
  private final WebSocket socket;
  private final String session;

  /** Where it is on this machine, if it is. */
  public static Optional<Path> find(Map<String, String> environment) {
    for (String folder : environment.getOrDefault("PATH", "").split(":")) {
      for (String program : PROGRAMS) {
        Path found = Path.of(folder.isEmpty() ? "." : folder, program);
        if (Files.isExecutable(found)) {
          return Optional.of(found);
        }
      }
    }
    return Optional.empty();
  }

  /** How the key of a certificate is named to it, to be trusted whoever signed it. */
  public static String keyOf(X509Certificate certificate) {
    byte[] key = certificate.getPublicKey().getEncoded();
    return Base64.getEncoder().encodeToString(Digest.of(key).bytes());
  }

  /**
   * Starts it.
   *
   * @param keyTrusted base64 of the SHA-256 of the one public key whose certificate it takes,
   *     whoever signed it
   * @throws Failed if it does not start
   */
  public Chromium(Path program, String keyTrusted) {
    try {
      this.profile = Files.createTempDirectory("thingward-chromium-");
      this.process =
          new ProcessBuilder(command(program, profile, keyTrusted))
              .redirectErrorStream(true)
              .redirectOutput(profile.resolve("output").toFile())
              .start();
      this.socket = connected();
      this.session = attached();
      send("Page.enable", Map.of());
      send("Runtime.enable", Map.of());
      send("WebAuthn.enable", Map.of());
      send(
          "WebAuthn.addVirtualAuthenticator",
          Map.of(
              "options",
              Map.of(
                  "protocol", "ctap2",
                  "ctap2Version", "ctap2_1",
                  "transport", "internal",
                  "hasResidentKey", true,
                  "hasUserVerification", true,
                  "isUserVerified", true,
                  "automaticPresenceSimulation", true)));
    } catch (IOException e) {
      throw new Failed("Chromium does not start: " + e.getMessage(), e);
    }
  }

  private static List<String> command(Path program, Path profile, String keyTrusted) {
    List<String> command = new ArrayList<>(List.of(program.toString(), "--headless=new"));
    command.addAll(List.of("--remote-debugging-port=0", "--user-data-dir=" + profile));
    command.add("--ignore-certificate-errors-spki-list=" + keyTrusted);
    command.addAll(List.of("--no-first-run", "--disable-background-networking", "--disable-sync"));
    command.addAll(List.of("--disable-component-update", "--disable-gpu", "--disable-quic"));
    command.addAll(List.of("--hide-scrollbars", "--force-color-profile=srgb"));
    if (isRoot()) {
      // Chromium's own sandbox refuses to start for root, as in containers.
      command.add("--no-sandbox");
    }
    command.add("about:blank");
    return command;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private WebSocket connected() throws IOException {
    Path endpoint = profile.resolve(ENDPOINT);
    List<String> lines =
        Patience.until(PATIENCE, () -> lines(endpoint).filter(found -> found.size() >= 2))
            .orElseThrow(() -> new IOException("it says nothing; see " + profile + "/output"));
    URI uri = URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
    return http.newWebSocketBuilder().buildAsync(uri, new Answers()).join();
  }

  private Optional<List<String>> lines(Path file) {
    if (!process.isAlive()) {
      throw new Failed("Chromium ended at its start; see " + profile + "/output");
    }
    try {
      return Optional.of(Files.readAllLines(file));
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }

  /** Puts together the parts of each message, and hands it to who awaits it. */
  private final class Answers implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        JsonNode message = JsonMapper.shared().readTree(text.toString());
        text.setLength(0);
        CompletableFuture<JsonNode> waiting = awaited.remove(message.path("id").asLong(-1));
        if (waiting != null) {
          waiting.complete(message);
        }
      }
      from.request(1);
      return CompletableFuture.completedStage(null);
    }
  }

  private String attached() {
    JsonNode targets = ask("Target.getTargets", Map.of(), "").path("targetInfos");
    String page =
        targets
            .valueStream()
            .filter(target -> target.path("type").asString("").equals("page"))
            .findFirst()
            .orElseThrow(() -> new Failed("Chromium has no page"))
            .path("targetId")
            .asString();
    Map<String, Object> which = Map.of("targetId", page, "flatten", true);
    return ask("Target.attachToTarget", which, "").path("sessionId").asString();
  }

  /** Has the page do something; what it answers. */
  public JsonNode send(String method, Map<String, Object> parameters) {
    return ask(method, parameters, session);
  }

  private JsonNode ask(String method, Map<String, Object> parameters, String in) {
    long id = number.incrementAndGet();
    Map<String, Object> message = new TreeMap<>();
    message.put("id", id);
    message.put("method", method);
    message.put("params", parameters);
    if (!in.isEmpty()) {
      message.put("sessionId", in);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    awaited.put(id, answer);
    try {
      WebSocket unused =
          socket.sendText(JsonMapper.shared().writeValueAsString(message), true).join();
      JsonNode said = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (said.has("error")) {
        throw new Failed(method + ": " + said.path("error").path("message").asString());
      }
      return said.path("result");
    } catch (TimeoutException | ExecutionException e) {
      throw new Failed("Chromium does not answer to " + method, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failed("interrupted", e);
    }
  }

  /** The value of an expression on the page; promises are awaited. */
  public JsonNode value(String expression) {
    JsonNode result =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new Failed("on the page: " + result.path("exceptionDetails").path("text").asString());
    }
    return result.path("result").path("value");
  }

  /** Waits until an expression is true. */
  public void until(String what, String expression) {
    // While a page is on its way there may be nothing to look into.
    String safe = "(() => { try { return Boolean(" + expression + ") } catch { return false } })()";
    if (!Patience.untilTrue(PATIENCE, () -> value(safe).asBoolean())) {
      String shown = value("document.body?.innerText.slice(0, 600)").asString("");
      throw new Failed("the console did not show " + what + ", but: " + shown.replace('\n', ' '));
    }
  }

  /** Waits until the page shows a text. */
  public void sees(String text) {
    until("'" + text + "'", "document.body.innerText.includes(" + quoted(text) + ")");
  }

  /** Opens an address. */
  public void open(String url) {
    JsonNode unused = send("Page.navigate", Map.of("url", url));
  }

  /** Clicks the first button that has this text. */
  public void click(String text) {
    String button =
        "[...document.querySelectorAll('button')].find((each) => each.innerText.trim().startsWith("
            + quoted(text)
            + "))";
    until("a button '" + text + "'", button);
    JsonNode unused = value(button + ".click()");
  }

  /** Writes into the first field, as if typed. */
  public void type(String text) {
    until("a field", "document.querySelector('main input, input')");
    JsonNode focused = value("document.querySelector('main input, input').focus()");
    JsonNode unused = send("Input.insertText", Map.of("text", text));
  }

  /** How wide and high the window is, in CSS pixels, and whether its reader likes it dark. */
  public void look(int width, int height, boolean dark) {
    JsonNode sized =
        send(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    Map<String, String> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    // No picture shows a colour on its way to another.
    Map<String, String> still = Map.of("name", "prefers-reduced-motion", "value", "reduce");
    JsonNode unused =
        send("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme, still)));
  }

  /** A picture of what is seen, as PNG. */
  public byte[] picture() {
    JsonNode drawn =
        value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    String data = send("Page.captureScreenshot", Map.of("format", "png")).path("data").asString();
    return Base64.getDecoder().decode(data);
  }

  static String quoted(String text) {
    return JsonMapper.shared().writeValueAsString(text);
  }

  @Override
  public void close() {
    socket.abort();
    // Its children write into the profile as long as they live.
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
    children.forEach(child -> child.onExit().completeOnTimeout(child, 5, TimeUnit.SECONDS).join());
    http.shutdownNow();
    Folders.delete(profile);
  }
}
