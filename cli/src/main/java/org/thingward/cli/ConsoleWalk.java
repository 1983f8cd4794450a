package org.thingward.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What a person does after the story, done without one: registers a passkey by the one-time link,
 * logs in, and walks the five stops of the console's tour, in a real Chromium. Each stop must show
 * what it is there for; of each a picture is taken, light and dark.
 */
final class ConsoleWalk {
  /** A stop, what it shows, and how its picture is called. */
  private record Stop(String name, List<String> shows) {}

  private static final List<Stop> STOPS =
      List.of(
          new Stop(
              "fleet",
              List.of("stop 1 of 5", "Needs a person", Cast.TAMPERED, "Not affirming over time")),
          new Stop("device", List.of("stop 2 of 5", "boot.measurement differs", "What to do")),
          new Stop("decisions", List.of("stop 3 of 5", "Denied", Cast.TAMPERED)),
          new Stop("policy", List.of("stop 4 of 5", "over: {200d: warning}")),
          new Stop("ledger", List.of("stop 5 of 5", "Checked in this browser")));
  private static final int WIDE = 1440;
  private static final int HIGH = 1000;

  private final Chromium browser;
  private final Optional<Path> pictures;
  private final Terminal terminal;

  private ConsoleWalk(Chromium browser, Optional<Path> pictures, Terminal terminal) {
    this.browser = browser;
    this.pictures = pictures;
    this.terminal = terminal;
  }

  /**
   * Walks.
   *
   * @param link the one-time link
   * @param certificate the operator listener's own
   * @param pictures where pictures go, made if it is not there; empty for none
   * @throws Failed if a stop does not show what it must
   */
  static void walk(
      Path chromium, String link, Path certificate, Optional<Path> pictures, Terminal terminal) {
    try (Chromium browser = new Chromium(chromium, keyOf(certificate))) {
      ConsoleWalk walk = new ConsoleWalk(browser, pictures, terminal);
      walk.register(link);
      for (int i = 0; i < STOPS.size(); i++) {
        walk.visit(i, STOPS.get(i));
      }
    }
  }

  private static String keyOf(Path certificate) {
    try (var in = Files.newInputStream(certificate)) {
      return Chromium.keyOf(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
    } catch (IOException | CertificateException e) {
      throw new Failed("the console's certificate cannot be read: " + e.getMessage(), e);
    }
  }

  private void register(String link) {
    browser.look(WIDE, HIGH, false);
    browser.open(link);
    browser.sees("Register passkey");
    browser.type("demo");
    browser.click("Register passkey");
    browser.sees("There are no passwords");
    browser.click("Log in");
    browser.sees("Needs a person");
    terminal.line(
        "  console             a virtual passkey is registered by the link, and logged in with");
  }

  private void visit(int index, Stop stop) {
    if (index == 0) {
      browser.click("Tour in " + STOPS.size() + " stops");
    } else {
      browser.click("Next stop");
    }
    stop.shows().forEach(browser::sees);
    // Nothing is on its way any more.
    browser.until("all of it", "!document.body.textContent.includes('is on its way')");
    pictures.ifPresent(folder -> take(folder, stop));
    terminal.line(
        "  stop %d of %d         %s, as it must".formatted(index + 1, STOPS.size(), stop.name()));
  }

  private void take(Path folder, Stop stop) {
    try {
      Files.createDirectories(folder);
      for (boolean dark : List.of(true, false)) {
        browser.look(WIDE, HIGH, dark);
        String name = "console-" + stop.name() + (dark ? "-dark" : "") + ".png";
        Files.write(folder.resolve(name), browser.picture());
      }
    } catch (IOException e) {
      throw new Failed("a picture could not be written: " + e.getMessage(), e);
    }
  }
}
