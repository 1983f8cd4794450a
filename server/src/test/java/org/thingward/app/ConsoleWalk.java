package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every page of the console must hold, looked at in the browser of somebody who is logged in.
 *
 * @param browser the browser
 * @param page the page in it
 * @param origin where the console is
 */
record ConsoleWalk(Browser browser, String page, String origin) {
  private static final String WIDER_THAN_THE_SCREEN =
      "() => document.documentElement.scrollWidth - innerWidth";
  private static final String NOTHING_ON_ITS_WAY =
      "() => ![...document.querySelectorAll('main .unseen')]"
          + ".some((each) => each.textContent.endsWith('is on its way'))";

  /** Of a long page the panel that folds alone, for its picture. */
  private static final String ALONE =
      "() => { document.querySelectorAll('main section:not(:has(details))')"
          + ".forEach((each) => { each.hidden = true; }); }";

  private static final String HOSTILE = "<img src=x onerror=window.hacked=1>";
  private static final String ALSO_HOSTILE = "\"'><svg/onload=window.hacked=1>{{7*7}}${7*7}";

  /** Each page by its link, and what is to be seen there once it has its data. */
  private static Map<String, String> pages() {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("/#/fleet", "Not affirming, by");
    pages.put("/#/fleet?query=teir:x", "there is no field");
    pages.put("/#/fleet?query=id:nobody", "No device meets this query");
    pages.put("/#/fleet/own", "Nothing to end");
    pages.put("/#/fleet/nobody", "Nothing is known of nobody");
    pages.put("/#/decisions", "No decision was made yet");
    pages.put("/#/policy", "Understood");
    pages.put("/#/waves", "There was no wave");
    pages.put("/#/waves/0123456789ab", "cannot be shown");
    pages.put("/#/drills", "No drill was run yet");
    pages.put("/#/drills/none", "cannot be shown");
    pages.put("/#/operators", "user verified");
    pages.put("/#/approvals", "was asked yet");
    pages.put("/#/approvals/none", "cannot be shown");
    pages.put("/#/tokens", "No token was made yet");
    pages.put("/#/cryptography", "Withstands, as far as is known");
    pages.put("/#/ledger", "that this browser saw");
    pages.put("/#/ledger/1", "5 of 5 hold");
    pages.put("/#/ledger/999999", "cannot be shown");
    pages.put("/#/nowhere", "There is no such page");
    return pages;
  }

  /** WCAG 2.2 AA as far as axe-core can tell, in both themes, wide and on a phone, each page. */
  void everyPageIsAccessibleAndFits() {
    List<String> breaches = new ArrayList<>();
    browser.run("look", page, "width", 1280, "dark", false);
    pages()
        .forEach((link, text) -> {
          open(link);
          browser.run("sees", page, "text", text);
          breaches.addAll(foundInBothLooks(link));
        });
    assertThat(breaches).isEmpty();
  }

  /** Wide and light, on a phone and dark, and back again. */
  private List<String> foundInBothLooks(String where) {
    List<String> found = new ArrayList<>(found(where));
    browser.run("look", page, "width", 390, "dark", true);
    found.addAll(found(where + " on a phone, dark"));
    browser.run("look", page, "width", 1280, "dark", false);
    return found;
  }

  private List<String> found(String where) {
    List<String> found = new ArrayList<>();
    browser.texts(browser.run("axe", page)).forEach(breach -> found.add(where + ": " + breach));
    int wider = browser.script(page, WIDER_THAN_THE_SCREEN, "").asInt();
    if (wider > 0) {
      found.add(where + ": " + wider + " px wider than the screen");
    }
    return found;
  }

  /** From room to room, through a query to a device and back, without a pointer. */
  void keysAlonePassThroughIt() {
    open("/#/operators");
    browser.run("sees", page, "text", "user verified");
    press("g", "f");
    browser.run("sees", page, "text", "Not affirming, by");
    press("/");
    browser.run("type", page, "text", "own");
    press("Enter");
    browser.run("sees", page, "text", "1 of ");
    press("Escape", "j");
    browser.run("until", page, "script", "() => document.activeElement.textContent === 'own'");
    press("Enter");
    browser.run("sees", page, "text", "What to do");
    assertThat(url()).contains("#/fleet/own");
    press("Escape");
    browser.run("until", page, "script", "() => location.hash.startsWith('#/fleet?query=own')");
    press("?");
    browser.run("sees", page, "text", "All keys");
    assertThat(found("all keys")).isEmpty();
    press("Escape", "Control+k");
    browser.run("type", page, "text", "ledg");
    browser.run("sees", page, "text", "Go to");
    assertThat(found("palette")).isEmpty();
    press("Enter");
    browser.run("sees", page, "text", "that this browser saw");
    everyFocusIsSeen();
  }

  /** Tab goes through the page and out of it again, and what has the focus shows it. */
  private void everyFocusIsSeen() {
    open("/#/fleet/own");
    browser.run("sees", page, "text", "What to do");
    browser.run("until", page, "script", NOTHING_ON_ITS_WAY);
    String outlined =
        "() => { const at = document.activeElement; const style = getComputedStyle(at);"
            + " return at === document.body || style.outlineStyle !== 'none'"
            + " || at.closest('form, .bar') !== null ? '' : at.outerHTML.slice(0, 120); }";
    int stops = 0;
    do {
      press("Tab");
      assertThat(browser.script(page, outlined, "").asString()).as("shows no focus").isEmpty();
      stops++;
    } while (stops < 80
        && !browser.script(page, "() => document.activeElement === document.body", "").asBoolean());
    assertThat(stops).as("places to stop at before the page is left").isBetween(15, 79);
  }

  /** What devices, files and people give is text, whatever it looks like. */
  void hostileTextIsText() {
    Map<String, Object> device =
        Map.of("product", "pump", "region", "oslo", "owner", HOSTILE, "lifecycle", "active");
    assertThat(sent("PUT", "/api/v1/devices/own", device)).isBetween(200, 201);
    Map<String, Object> order = Map.of("reason", ALSO_HOSTILE);
    assertThat(sent("POST", "/api/v1/devices/own/quarantine", order)).isBetween(200, 201);
    open("/#/fleet?query=" + "%22%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E%22");
    browser.run("sees", page, "text", "Not affirming, by");
    open("/#/fleet/" + "%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E");
    browser.run("sees", page, "text", "Nothing is known of " + HOSTILE);
    open("/#/fleet/own");
    browser.run("sees", page, "text", HOSTILE);
    browser.run("sees", page, "text", "order is quarantine");
    browser.run("sees", page, "text", ALSO_HOSTILE);
    assertThat(browser.script(page, "() => String(window.hacked)", "").asString())
        .isEqualTo("undefined");
  }

  /** A device without a key, and the gateway that it is behind. */
  void aDeviceBehindAGatewayIsShown(Consumer<String> picture) {
    Map<String, Object> edge =
        Map.of("id", "edge", "product", "pump", "region", "oslo", "lifecycle", "active");
    assertThat(sent("POST", "/api/v1/devices", edge)).isEqualTo(201);
    Map<String, Object> behind = Map.of("gateway", "edge", "address", "02:00:5e:10:00:07");
    assertThat(sent("PUT", "/api/v1/devices/own/attachment", behind)).isEqualTo(200);
    open("/#/fleet/own");
    browser.run("sees", page, "text", "behind gateway edge as 02:00:5e:10:00:07");
    browser.run("sees", page, "text", "which did not see it lately");
    assertThat(found("behind a gateway")).isEmpty();
    picture.accept("behind");
  }

  /** Who ordered which authority, and whose TPM is whose. */
  void authoritiesAndTpmsAreShown(Consumer<String> picture) {
    String key = "sha256:" + "4b".repeat(32);
    String other = "sha256:" + "c7".repeat(32);
    Map<String, Object> list = Map.of("keys", List.of(key, other), "devices", Map.of(key, "own"));
    assertThat(sent("POST", "/api/v1/products/pump/endorsement-keys", list)).isEqualTo(200);
    List<String> breaches = new ArrayList<>();
    for (int width : List.of(1280, 820, 390)) {
      browser.run("look", page, "width", width, "dark", width < 1280);
      open("/#/cryptography");
      browser.run("sees", page, "text", "Withstands, as far as is known");
      browser.run("sees", page, "text", "the first that is on record");
      browser.run("sees", page, "text", "pump");
      browser.script(page, "() => document.querySelector('main details summary').click()", "");
      browser.run("sees", page, "text", "own alone");
      browser.run("sees", page, "text", "any device of pump");
      breaches.addAll(found("cryptography, " + width + " wide"));
    }
    picture.accept("cryptography");
    browser.script(page, ALONE, "");
    picture.accept("cryptography-tpms");
    browser.run("look", page, "width", 1280, "dark", false);
    assertThat(breaches).isEmpty();
    browser.script(page, "() => document.querySelector('main a[href^=\"#/ledger/\"]').click()", "");
    browser.run("sees", page, "text", "5 of 5 hold");
    browser.run("sees", page, "text", "authority-change");
  }

  /**
   * Which authority issues since when, after which, by whose order and why; the entry is a link.
   */
  void aRotationIsShown(String why, Consumer<String> picture) {
    List<String> breaches = new ArrayList<>();
    for (int width : List.of(1280, 820, 390)) {
      browser.run("look", page, "width", width, "dark", width < 1280);
      open("/#/cryptography");
      browser.run("sees", page, "text", "the first that is on record");
      browser.run("sees", page, "text", "By order of grace: " + why);
      breaches.addAll(found("a rotation, " + width + " wide"));
    }
    picture.accept("cryptography-rotated");
    browser.run("look", page, "width", 1280, "dark", false);
    assertThat(breaches).isEmpty();
    String rows =
        browser
            .script(
                page,
                "() => [...document.querySelectorAll('main ol li p:first-child')]"
                    + ".map((each) => each.textContent.replace(/ [0-9a-f]{4}\\u2026[0-9a-f]{4}/g, '')).join('; ')",
                "")
            .asString();
    assertThat(rows).isEqualTo("issuing-2 issues, after issuing-1; issuing-1 issues");
    browser.run("sees", page, "text", "issuing-2, until");
    browser.script(page, "() => document.querySelector('main a[href^=\"#/ledger/\"]').click()", "");
    browser.run("sees", page, "text", "5 of 5 hold");
    browser.run("sees", page, "text", "authority-change");
    browser.run("sees", page, "text", "issuing-2");
  }

  /** What the red team reports comes live, is told step by step, and stays text. */
  void drillsAreFollowed() {
    List<?> first = List.of(Map.of("layer", "gateway", "how", HOSTILE));
    Map<String, Object> plan =
        new LinkedHashMap<>(
            Map.of(
                "drill",
                "key-used-twice",
                "number",
                8,
                "attempt",
                "use a copy of a device's key " + ALSO_HOSTILE,
                "group",
                "Keys and enrolment",
                "rules",
                List.of("G8"),
                "first",
                first,
                "second",
                List.of(Map.of("layer", "identity", "how", "the copy shows as a fork")),
                "shown",
                "weakened-build"));
    Map<String, Object> other = new LinkedHashMap<>(plan);
    other.putAll(
        Map.of("drill", "stolen-token", "second", List.of(), "without", "none: " + HOSTILE));
    Map<String, Object> begin =
        Map.of("runner", HOSTILE, "version", "0.1.0", "drills", List.of(plan, other));
    open("/#/drills");
    browser.run("sees", page, "text", "No drill was run yet");
    String run = answered("/api/v1/drills/runs", begin).path("run").asString();
    browser.run("sees", page, "text", "0 of 2 done");
    String results = "/api/v1/drills/runs/" + run + "/results";
    Map<String, Object> stopped =
        Map.of(
            "drill",
            "key-used-twice",
            "outcome",
            "stopped",
            "details",
            List.of("gateway: " + HOSTILE),
            "stops",
            first,
            "steps",
            List.of(
                Map.of("after-micros", 0, "who", "attacker", "what", "copies a key"),
                Map.of("after-micros", 3_100, "who", "gateway", "what", "cuts " + HOSTILE)),
            "took-ms",
            3);
    assertThat(answered(results, stopped).path("stopped").asInt()).isEqualTo(1);
    browser.run("sees", page, "text", "1 of 2 done");
    Map<String, Object> through = new LinkedHashMap<>(stopped);
    through.putAll(Map.of("drill", "stolen-token", "outcome", "got-through", "stops", List.of()));
    assertThat(answered(results, through).path("got-through").asInt()).isEqualTo(1);
    browser.run("sees", page, "text", "got through");
    press("g", "f");
    browser.run("sees", page, "text", "An attack got through: stolen-token");
    press("g", "r");
    browser.run("sees", page, "text", "No runner is connected");
    press("j");
    browser.run("until", page, "script", "() => document.activeElement.matches('a.drill')");
    press("Enter");
    browser.run("sees", page, "text", "cuts " + HOSTILE);
    List<String> breaches = new ArrayList<>();
    for (String drill : List.of("key-used-twice", "stolen-token")) {
      open("/#/drills/" + run + "?drill=" + drill);
      browser.run("sees", page, "text", HOSTILE);
      breaches.addAll(foundInBothLooks(drill));
    }
    assertThat(breaches).isEmpty();
    assertThat(browser.script(page, "() => String(window.hacked)", "").asString())
        .isEqualTo("undefined");
    allAreRunByOneClick(plan, stopped);
  }

  /** A runner that listens is told what the button asks for, and the page shows what it reports. */
  private void allAreRunByOneClick(Map<String, Object> plan, Map<String, Object> stopped) {
    open("/#/drills");
    browser.run("sees", page, "text", "No runner is connected");
    Map<String, Object> offer =
        Map.of("runner", "the bench's", "version", "0.1.0", "drills", List.of(plan));
    String runner = answered("/api/v1/drills/runners", offer).path("runner").asString();
    listen("/api/v1/drills/runners/" + runner + "/work");
    browser.run("gone", page, "text", "No runner is connected");
    browser.run("click", page, "name", "Run all");
    browser.run("until", page, "script", "() => window.work.includes('\\n\\n')");
    String told = browser.script(page, "() => window.work", "").asString();
    JsonNode wanted =
        JsonMapper.shared().readTree(told.substring(told.indexOf("data: ") + 6).split("\n")[0]);
    assertThat(wanted.path("drills").toString()).isEqualTo("[\"key-used-twice\"]");
    Map<String, Object> begin = new LinkedHashMap<>(offer);
    begin.put("run", wanted.path("run").asString());
    String run = answered("/api/v1/drills/runs", begin).path("run").asString();
    browser.run("sees", page, "text", "asked for by");
    JsonNode done = answered("/api/v1/drills/runs/" + run + "/results", stopped);
    assertThat(done.path("stopped").asInt()).isEqualTo(1);
    browser.run(
        "until", page, "script", "() => document.querySelector('option[value=\"" + run + "\"]')");
    assertThat(
            browser
                .script(
                    page,
                    "async (path) => (await fetch(path)).json()",
                    "/api/v1/drills/runs/" + run)
                .path("state")
                .asString())
        .isEqualTo("done");
  }

  /** Reads a stream into {@code window.work}, as a runner would, without its comments. */
  private void listen(String path) {
    var unused =
        browser.script(
            page,
            """
            async (path) => {
              window.work = '';
              const reader = (await fetch(path)).body.pipeThrough(new TextDecoderStream()).getReader();
              const read = async () => {
                const { value, done } = await reader.read();
                if (done) return;
                window.work += value.replace(/^:.*\\n+/gm, '');
                await read();
              };
              void read();
            }\
            """,
            path);
  }

  private JsonNode answered(String path, Map<String, Object> body) {
    return browser.script(
        page,
        "async (a) => (await fetch(a.path, {method: 'POST', headers: {'thingward-console': '1',"
            + " 'content-type': 'application/json'}, body: JSON.stringify(a.body)})).json()",
        Map.of("path", path, "body", body));
  }

  /**
   * Not even a script of the page's own origin: the page's policy has no way to make trusted HTML.
   */
  void nobodyWritesHtml() {
    assertThat(
            browser
                .script(
                    page,
                    "() => { try { document.body.innerHTML = '<b>'; return 'written'; }"
                        + " catch (e) { return e.name; } }",
                    "")
                .asString())
        .isEqualTo("TypeError");
  }

  /** What a first look at the fleet loads: the page and its files, by their paths. */
  List<String> firstView() {
    open("/#/fleet");
    browser.run("sees", page, "text", "Not affirming, by");
    JsonNode names =
        browser.script(
            page,
            "() => performance.getEntriesByType('resource').map((each) => new URL(each.name).pathname)"
                + ".filter((path) => !path.startsWith('/api/') && !path.startsWith('/access/'))",
            "");
    List<String> paths = new ArrayList<>(List.of("/"));
    paths.addAll(browser.texts(names));
    return paths;
  }

  private int sent(String method, String path, Map<String, Object> body) {
    return browser
        .script(
            page,
            "async (a) => (await fetch(a.path, {method: a.method, headers: {'thingward-console': '1',"
                + " 'content-type': 'application/json'}, body: JSON.stringify(a.body)})).status",
            Map.of("path", path, "method", method, "body", body))
        .asInt();
  }

  private void open(String link) {
    browser.run("load", page, "url", origin + link);
  }

  private void press(String... keys) {
    for (String key : keys) {
      browser.run("press", page, "key", key);
    }
  }

  private String url() {
    return browser.run("url", page).asString();
  }
}
