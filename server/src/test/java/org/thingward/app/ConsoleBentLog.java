package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

/**
 * A log that is served bent, by somebody who has the server or stands before it, in the browser of
 * somebody who looked before: each bend is found there, and said.
 *
 * @param browser the browser
 * @param page the page in it, of somebody who is logged in
 * @param origin where the console is
 */
record ConsoleBentLog(Browser browser, String page, String origin) {
  private static final String BROKEN = "The log does not hold";

  /** Has this browser have seen another head than it did. */
  private static final String SEEN =
      "(change) => { const seen = {...JSON.parse(localStorage.getItem('log-seen')), ...change};"
          + " if (change.grow) seen.size += change.grow;"
          + " localStorage.setItem('log-seen', JSON.stringify(seen)); }";

  void isFoundByTheBrowser() {
    look();
    sees("that this browser saw");
    assertThat(isSeen(BROKEN)).isFalse();
    String kept = browser.script(page, "() => localStorage.getItem('log-seen')", "").asString();

    served("/log/tile/0/", "", "", "The tiles give another root than the one that was signed");
    served("/log/checkpoint", "\n\n", "\nmore\n\n", "The signature does not fit");
    served("/log/checkpoint", "", "long", "The second signature does not fit");
    served("/log/verifier-keys", "\\+", "x+", "does not fit the key");
    look();
    sees("that this browser saw");

    String other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    remembered(Map.of("root", other), "It does not continue the head", kept);
    remembered(Map.of("grow", 1_000), "It does not continue the head", kept);
    remembered(Map.of("key", "another+00000000+AAAA"), "Another key than the one", kept);

    entry("\"content\"\\s*:\\s*\"", "\"content\": \" ");
    entry("\"leaf\"\\s*:\\s*\"", "\"leaf\": \"AAAA");
    entry("\"inclusion\"\\s*:\\s*\\[", "\"inclusion\": [\"" + other + "\",");
    look();
    sees("that this browser saw");
    assertThat(isSeen(BROKEN)).isFalse();
  }

  private void served(String part, String from, String to, String said) {
    browser.run("bend", page, "part", part, "from", from, "to", to);
    look();
    sees(said);
    if (to.equals("long")) {
      browser.run("unbend", page);
      return;
    }
    // Also at the foot of every page, where nobody went to look.
    browser.run("go", page, "url", origin + "/#/fleet");
    browser.run(
        "until",
        page,
        "script",
        "() => /The log (does not hold|is not checked)/"
            + ".test(document.querySelector('aside .foot').innerText)");
    browser.run("unbend", page);
  }

  private void remembered(Map<String, ?> change, String said, String kept) {
    var unused = browser.script(page, SEEN, change);
    look();
    sees(said);
    sees(BROKEN);
    unused = browser.script(page, "(kept) => localStorage.setItem('log-seen', kept)", kept);
  }

  /** One entry and its proof. */
  private void entry(String from, String to) {
    browser.run("bend", page, "part", "/proofs/", "from", from, "to", to);
    browser.run("load", page, "url", origin + "/#/ledger/1");
    browser.run("until", page, "script", "() => document.querySelector('main li.broken') !== null");
    browser.run("unbend", page);
  }

  private void look() {
    browser.run("load", page, "url", origin + "/#/ledger");
  }

  private void sees(String text) {
    browser.run("sees", page, "text", text);
  }

  private boolean isSeen(String text) {
    return browser
        .script(page, "(text) => document.body.innerText.includes(text)", text)
        .asBoolean();
  }
}
