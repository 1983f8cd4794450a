package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What a page leaves behind when somebody goes to another one, and what it asks for while nobody
 * looks: nothing, so that a session ends when nobody uses it, and a tab may stay open for weeks.
 *
 * @param browser the browser
 * @param page the page in it, of somebody who is logged in, with a clock that can be put on
 * @param origin where the console is
 */
record ConsoleLeftAlone(Browser browser, String page, String origin) {
  private static final List<String> LINKS =
      List.of(
          "/#/decisions",
          "/#/policy",
          "/#/waves",
          "/#/approvals",
          "/#/operators",
          "/#/tokens",
          "/#/ledger",
          "/#/ledger/1",
          "/#/fleet/pump-1",
          "/#/fleet");

  /** Intervals that run and listeners of the window and the document, by the hooks of the test. */
  private static final String LEFT = "() => [window.intervals.size, window.listeners]";

  void leavesNothingBehind() {
    round();
    JsonNode before = browser.script(page, LEFT, "");
    round();
    round();
    assertThat(browser.script(page, LEFT, "")).isEqualTo(before);
    assertThat(before.get(0).asInt()).as("intervals of one page").isBetween(2, 12);
    assertThat(streams()).as("one stream of decisions for all pages").hasSize(1);
  }

  void asksNothingWhileNobodyLooks() {
    int asked = browser.run("asked", page).asInt();
    browser.run("later", page, "milliseconds", Duration.ofMinutes(11).toMillis());
    browser.run("later", page, "milliseconds", Duration.ofMinutes(1).toMillis());
    assertThat(browser.run("asked", page).asInt()).isEqualTo(asked);
    assertThat(streams()).isEmpty();
    browser.run("press", page, "key", "Shift");
    RunningHouse.eventually("it asks again once somebody is back", () -> !streams().isEmpty());
    assertThat(browser.run("asked", page).asInt()).isGreaterThan(asked);
  }

  private void round() {
    for (String link : LINKS) {
      browser.run("go", page, "url", origin + link);
      browser.run("settled", page);
    }
    // The last page, the fleet's, asks for the past once it is at rest.
    browser.run("sees", page, "text", "Not affirming over time");
    browser.run("settled", page);
  }

  private List<String> streams() {
    return browser.texts(browser.run("open-requests", page)).stream()
        .filter(url -> url.endsWith("/decisions/events"))
        .toList();
  }
}
