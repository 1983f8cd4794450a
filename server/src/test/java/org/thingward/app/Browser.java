package org.thingward.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Chromium, headless, through playwright-core: each page has a profile and an authenticator
 * of its own. Trusts one key and no authority.
 */
final class Browser implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path SCRIPTS = Path.of("src/test/js");

  private final Process node;
  private final Writer in;
  private final BufferedReader out;

  /** Starts it; {@code spki} is the digest of the server's key, in base64. */
  Browser(String spki) {
    if (!Files.isDirectory(SCRIPTS.resolve("node_modules/playwright-core"))
        || !Files.isDirectory(SCRIPTS.resolve("node_modules/axe-core"))) {
      throw new AssertionError("run `npm ci` in server/src/test/js first (./thingward test does)");
    }
    try {
      node =
          new ProcessBuilder(
                  "node", SCRIPTS.resolve("browser.cjs").toString(), "/usr/bin/chromium", spki)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    in = node.outputWriter(StandardCharsets.UTF_8);
    out = node.inputReader(StandardCharsets.UTF_8);
    var unused = answer();
  }

  /** Does something in a page; arguments by name and value. */
  JsonNode run(String operation, String page, Object... arguments) {
    Map<String, Object> asked = new HashMap<>(Map.of("do", operation, "page", page));
    for (int i = 0; i < arguments.length; i += 2) {
      asked.put((String) arguments[i], arguments[i + 1]);
    }
    try {
      in.write(JSON.writeValueAsString(asked) + "\n");
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer();
  }

  /** What a script in a page returns. */
  JsonNode script(String page, String function, Object argument) {
    return run("run", page, "script", function, "argument", argument);
  }

  List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asString()));
    return texts;
  }

  private JsonNode answer() {
    try {
      String line = out.readLine();
      if (line == null) {
        throw new AssertionError("the browser has ended");
      }
      JsonNode answer = JSON.readTree(line);
      if (answer.has("error")) {
        throw new AssertionError(answer.path("error").asString());
      }
      return answer.path("value");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
      if (!node.waitFor(20, TimeUnit.SECONDS)) {
        node.descendants().forEach(ProcessHandle::destroyForcibly);
        node.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
