package org.thingward.app;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.identity.AuthorityCeremony;
import org.thingward.identity.KeyEncryptionPlace;
import org.thingward.identity.OfflineRoot;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Randomness;
import org.thingward.platform.Settings;
import org.thingward.platform.TestDatabase;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import tools.jackson.databind.JsonNode;

/**
 * The console of a whole server in a real Chromium with its virtual authenticator: from the first
 * link to a session, and what an attacker tries on the way. One story: a first passkey is the first
 * once.
 */
class ConsoleTest {
  private static final String ME = "/api/v1/operators/me";
  private static final String OPERATORS = "/#/operators";

  /** Fetches as a script would, and returns the status. */
  private static final String FETCH =
      "async (a) => { try { return (await fetch(a.url, {method: a.method, headers: a.headers,"
          + " body: a.body, credentials: 'include', mode: a.mode})).status } catch (e) { return -1 } }";

  /** Why the authority was rotated; also what a page must not take for its own. */
  private static final String WHY =
      "issuing-1 was on a machine whose disk went to a repairer in Århus <b>unwiped</b>, see ticket 4711";

  private static final Time TIME = Time.ofMachine();

  @TempDir static Path data;
  @TempDir static Path host;
  private static Server server;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Boolean.getBoolean("thingward.complete")
            || ConsoleTest.class.getResource("/console/files") != null,
        "the console is not built: run the tests with ./thingward test");
    TestDatabase.putInto(data);
    server = started();
    browser = new Browser(spki());
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
      server.close();
    }
  }

  private static Server started() {
    List<String> settings = new ArrayList<>(List.of("--data", data.toString()));
    settings.addAll(List.of("--listen", "127.0.0.1", "--broker", "mqtt://127.0.0.1:1"));
    // Passkeys and browsers know an origin with its port: a restart comes back at the same one.
    int port = server == null ? 0 : server.endpoints().operator();
    settings.addAll(List.of("--mqtt-port", "0", "--https-port", "0"));
    settings.addAll(List.of("--operator-port", Integer.toString(port)));
    Progress progress =
        new Progress(new PrintStream(System.out, true, StandardCharsets.UTF_8), TIME);
    return Server.start(Settings.read(settings), DataDirectory.open(data), progress);
  }

  @Test
  void O1_O7_from_the_first_link_to_a_session_and_no_way_around() throws Exception {
    assertThat(curl(true, ME)).contains("HTTP/1.1 200", "\"operator\":\"bootstrap\"");
    String link = server.firstLink().orElseThrow();
    aPageHasNothingToSayToStrangers();
    whoIsNotVerifiedRegistersNothing(link);
    theFirstPasskeyIsRegistered(link);
    theBootstrapCertificateIsRefused();
    theLinkIsUsed(link);
    theSecretIsNowhere(link);
    whoIsNotVerifiedDoesNotLogIn();
    theOperatorLogsIn();
    otherSitesAreRefused();
    thePagesHold();
    aStolenCookieAloneChangesNothing();
    aFurtherPasskeyIsVouchedForByTheFirst();
    aSessionEndsWhereTheOperatorIsAndElsewhere();
    aClonedKeyIsRefused();
    theLogIsBelievedNotTheDatabase();
    new ConsoleWalk(browser, "ada", url("")).aRotationIsShown(WHY, name -> picture("ada", name));
  }

  private static void aPageHasNothingToSayToStrangers() throws Exception {
    assertThat(curl(false, "/"))
        .contains(
            "HTTP/1.1 200",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "X-Frame-Options: DENY",
            "Permissions-Policy: publickey-credentials-create=(self)")
        .doesNotContain("unsafe-inline", "unsafe-eval", "Strict-Transport-Security");
    assertThat(curl(false, ME)).contains("HTTP/1.1 401", "Log in at the console");
    assertThat(curl(false, "/actuator/prometheus")).contains("HTTP/1.1 401");
  }

  private static void whoIsNotVerifiedRegistersNothing(String link) {
    browser.run("open", "careless", "verified", false);
    browser.run("go", "careless", "url", link);
    browser.run("fill", "careless", "label", "Your name", "text", "ada");
    browser.run("click", "careless", "name", "Register passkey");
    browser.run("sees", "careless", "text", "Nothing was signed");
    assertThat(server.firstLink()).isPresent();
  }

  private static void theFirstPasskeyIsRegistered(String link) {
    browser.run("open", "ada", "verified", true);
    browser.run("go", "ada", "url", link);
    browser.run("sees", "ada", "text", "This ends the bootstrap certificate for good");
    assertThat(browser.run("url", "ada").asString())
        .as("the secret stays in no history")
        .isEqualTo(url("/"));
    picture("ada", "register");
    browser.run("fill", "ada", "label", "Your name", "text", "ada");
    browser.run("click", "ada", "name", "Register passkey");
    browser.run("sees", "ada", "text", "There are no passwords");
    picture("ada", "login");
  }

  private static void theBootstrapCertificateIsRefused() throws Exception {
    assertThat(curl(true, ME)).contains("HTTP/1.1 401", "bootstrap-ended", "lost its rights");
    assertThat(curl(true, "/api/v1/devices")).contains("HTTP/1.1 401");
    assertThat(curl(true, "/actuator/prometheus")).contains("HTTP/1.1 401");
    for (boolean bootstrap : List.of(true, false)) {
      assertThat(everyOperation(bootstrap))
          .hasSameSizeAs(server.operatorRoutes())
          .hasSizeGreaterThan(40)
          .allMatch(line -> line.startsWith("401 "));
    }
  }

  /** The status of each operation that there is, asked for in one go. */
  private static List<String> everyOperation(boolean bootstrap) throws Exception {
    Path keys = data.resolve("keys");
    List<String> command = new ArrayList<>(List.of("curl", "--http1.1"));
    for (OperatorRoute route : server.operatorRoutes()) {
      command.addAll(List.of("-s", "-o", "/dev/null", "-w", "%{http_code} %{url}\\n"));
      command.addAll(List.of("--cacert", keys.resolve("operator-server.pem").toString()));
      if (bootstrap) {
        command.addAll(List.of("--cert", keys.resolve("operator.pem").toString()));
        command.addAll(List.of("--key", keys.resolve("operator.key").toString()));
      }
      String path = route.path().replaceAll("\\{[^}]*}", "x");
      command.addAll(List.of("-X", route.method(), url("/api/v1" + path), "--next"));
    }
    command.removeLast();
    return run(command).lines().toList();
  }

  private static void theLinkIsUsed(String link) {
    browser.run("open", "thief", "verified", true);
    browser.run("go", "thief", "url", link);
    browser.run("fill", "thief", "label", "Your name", "text", "eve");
    browser.run("click", "thief", "name", "Register passkey");
    browser.run("sees", "thief", "text", "This link was used");
  }

  private static void theSecretIsNowhere(String link) throws IOException {
    String secret = link.substring(link.indexOf('=') + 1);
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain(secret);
      }
    }
  }

  private static void whoIsNotVerifiedDoesNotLogIn() {
    browser.run("verified", "ada", "verified", false);
    browser.run("click", "ada", "name", "Log in with passkey");
    browser.run("sees", "ada", "text", "Nothing was signed");
    browser.run("verified", "ada", "verified", true);
  }

  private static void theOperatorLogsIn() throws Exception {
    browser.run("click", "ada", "name", "Log in with passkey");
    browser.run("sees", "ada", "text", "Needs a person");
    browser.run("go", "ada", "url", url(OPERATORS));
    browser.run("sees", "ada", "text", "user verified");
    JsonNode cookie = browser.run("cookies", "ada").get(0);
    assertThat(cookie.path("name").asString()).isEqualTo("__Host-thingward");
    assertThat(cookie.path("httpOnly").asBoolean()).isTrue();
    assertThat(cookie.path("secure").asBoolean()).isTrue();
    assertThat(cookie.path("sameSite").asString()).isEqualTo("Strict");
    assertThat(cookie.path("path").asString()).isEqualTo("/");
    assertThat(cookie.path("expires").asInt()).as("it ends with the browser").isEqualTo(-1);
    assertThat(curl(false, ME, "-H", "cookie: " + cookie()))
        .contains("HTTP/1.1 200", "\"operator\":\"ada\"", "\"syncable\":false");
    assertThat(browser.script("ada", "() => document.cookie", "").asString()).isEmpty();
    assertThat(browser.texts(browser.run("said", "ada")))
        .as("what Chromium says of the page, its policy's breaches among it")
        .allMatch(line -> line.contains("status of 401"));
    picture("ada", "me");
  }

  private static void otherSitesAreRefused() throws Exception {
    // The same listener by its address: another site for a browser, with a page of the same look.
    browser.run("go", "ada", "url", url("/").replace("localhost", "127.0.0.1"));
    assertThat(fetched("GET", ME, "cors", "", Map.of())).isEqualTo(-1);
    for (String mode : List.of("cors", "no-cors")) {
      fetched("POST", "/api/v1/devices", mode, device("forged"), Map.of());
    }
    assertThatThrownBy(() ->
            browser.script(
                "ada",
                "async () => (await navigator.credentials.get({publicKey: {rpId: 'localhost',"
                    + " challenge: new Uint8Array(32), userVerification: 'required'}})).id",
                ""))
        .hasMessageContaining("SecurityError");
    browser.run("go", "ada", "url", url(OPERATORS));
    browser.run("sees", "ada", "text", "user verified");
    // The same requests by a page of ours are obeyed: it is not for another reason that they fail.
    Map<String, String> ours = Map.of("thingward-console", "1");
    assertThat(fetched("PUT", "/api/v1/products/pump", "cors", "{}", ours)).isBetween(200, 201);
    assertThat(fetched("POST", "/api/v1/devices", "cors", device("own"), ours)).isEqualTo(201);
    assertThat(fetched("POST", "/api/v1/devices", "cors", device("bare"), Map.of())).isEqualTo(403);
    assertThat(curl(false, "/api/v1/devices", "-H", "cookie: " + cookie()))
        .contains("\"own\"")
        .doesNotContain("forged", "bare");
  }

  private static String device(String id) {
    return "{\"id\":\"%s\",\"product\":\"pump\",\"region\":\"oslo\"}".formatted(id);
  }

  private static void thePagesHold() throws Exception {
    ConsoleWalk walk = new ConsoleWalk(browser, "ada", url(""));
    int before = browser.run("said", "ada").size();
    whatIsSentIsSmallAndGuarded(walk.firstView());
    walk.everyPageIsAccessibleAndFits();
    walk.keysAlonePassThroughIt();
    walk.hostileTextIsText();
    walk.aDeviceBehindAGatewayIsShown(name -> picture("ada", name));
    walk.authoritiesAndTpmsAreShown(name -> picture("ada", name));
    walk.drillsAreFollowed();
    new ConsoleHostileText(browser, "ada", url("")).isTextOrRefused();
    List<String> said = browser.texts(browser.run("said", "ada"));
    assertThat(said.subList(before, said.size()))
        .as("what Chromium says of the pages: refusals of the server, no breach of their policy")
        .allMatch(line -> line.contains("the server responded with a status of 4"));
    walk.nobodyWritesHtml();
    new ConsoleBentLog(browser, "ada", url("")).isFoundByTheBrowser();
    browser.run("go", "ada", "url", url(OPERATORS));
    browser.run("sees", "ada", "text", "user verified");
  }

  /** The first view in gzip, and the headers that a scanner looks for, file by file. */
  private static void whatIsSentIsSmallAndGuarded(List<String> paths) throws Exception {
    assertThat(paths).hasSizeGreaterThan(4).contains("/");
    int size = 0;
    for (String path : paths) {
      String headers = curl(false, path, "-I", "-H", "accept-encoding: gzip").toLowerCase(ROOT);
      assertThat(headers)
          .as(path)
          .contains("http/1.1 200", "default-src 'none'", "x-content-type-options: nosniff")
          .contains("x-frame-options: deny", "referrer-policy: no-referrer")
          .contains("cross-origin-opener-policy: same-origin", "vary: accept-encoding")
          .contains(path.startsWith("/assets/") ? "immutable" : "cache-control: no-store")
          .doesNotContain("unsafe", "*", "\nserver:", "x-powered-by", "set-cookie");
      size += Integer.parseInt(headers.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
    }
    assertThat(size).as("bytes of the first view").isLessThan(200_000);
    String brotli = curl(false, "/", "-I", "-H", "accept-encoding: br;q=1, gzip;q=0.5");
    assertThat(brotli).containsIgnoringCase("content-encoding: br");
    String plain = curl(false, "/", "-I", "-H", "accept-encoding: br;q=0, gzip;q=0");
    assertThat(plain).doesNotContainIgnoringCase("content-encoding");
  }

  private static void aStolenCookieAloneChangesNothing() throws Exception {
    String cookie = "cookie: " + cookie();
    String own = "origin: " + url("");
    for (List<String> headers :
        List.of(
            List.of(cookie),
            List.of(cookie, own),
            List.of(cookie, "thingward-console: 1"),
            List.of(cookie, "thingward-console: 1", "origin: https://evil.example"),
            List.of(cookie, "thingward-console: 1", "origin: null"),
            List.of(cookie, "thingward-console: 1", own, "sec-fetch-site: cross-site"))) {
      List<String> options = new ArrayList<>(List.of("-X", "DELETE"));
      headers.forEach(header -> options.addAll(List.of("-H", header)));
      assertThat(curl(false, ME + "/sessions/current", options.toArray(String[]::new)))
          .as("%s", headers)
          .contains("HTTP/1.1 403", "cross-site");
    }
    assertThat(curl(false, ME, "-H", cookie, "-H", "sec-fetch-site: cross-site"))
        .contains("HTTP/1.1 403");
    for (String origin :
        List.of("https://evil.example", url("").replace("localhost", "127.0.0.1"))) {
      assertThat(
              curl(
                  false,
                  "/access/login/begin",
                  "-H",
                  "origin: " + origin,
                  "-H",
                  "thingward-console: 1",
                  "-H",
                  "content-type: application/json",
                  "-d",
                  "{}"))
          .contains("HTTP/1.1 403", "cross-site");
    }
  }

  private static void aFurtherPasskeyIsVouchedForByTheFirst() throws Exception {
    browser.run("click", "ada", "name", "Add passkey");
    browser.run("sees", "ada", "text", "holds a passkey of this console already");
    browser.run("plug", "ada", "key", "second");
    browser.run("click", "ada", "name", "Add passkey");
    browser.run("sees", "ada", "text", "Sign now with one that is registered");
    picture("ada", "vouch");
    browser.run("click", "ada", "name", "Sign for it");
    browser.run("sees", "ada", "text", "Nothing was signed");
    browser.run("plug", "ada", "key", "first");
    browser.run("click", "ada", "name", "Sign for it");
    browser.run("gone", "ada", "text", "Sign now with one that is registered");
    assertThat(curl(false, ME, "-H", "cookie: " + cookie()).split("\"registered\"")).hasSize(3);
    picture("ada", "two");
  }

  private static void aSessionEndsWhereTheOperatorIsAndElsewhere() throws Exception {
    String first = cookie();
    browser.run("click", "ada", "name", "Log out");
    browser.run("sees", "ada", "text", "There are no passwords");
    assertThat(browser.run("cookies", "ada").size()).isZero();
    assertThat(curl(false, ME, "-H", "cookie: " + first)).contains("HTTP/1.1 401");
    browser.run("click", "ada", "name", "Log in with passkey");
    browser.run("sees", "ada", "text", "user verified");
    assertThat(cookie()).isNotEqualTo(first);
  }

  private static void aClonedKeyIsRefused() {
    browser.run("open", "clone", "verified", true);
    assertThat(browser.run("clone", "ada", "to", "clone").asInt()).isEqualTo(1);
    for (int i = 0; i < 2; i++) {
      browser.run("click", "ada", "name", "Log out");
      browser.run("click", "ada", "name", "Log in with passkey");
      browser.run("sees", "ada", "text", "user verified");
    }
    browser.run("go", "clone", "url", url(OPERATORS));
    browser.run("click", "clone", "name", "Log in with passkey");
    browser.run("sees", "clone", "text", "may have been copied");
  }

  /** An attacker who writes to the database empties all of it, while the server is down. */
  private static void theLogIsBelievedNotTheDatabase() throws Exception {
    String cookie = cookie();
    emptyDatabase();
    server.close();
    anotherAuthorityIssues();
    server = started();
    assertThat(server.firstLink()).isEmpty();
    theBootstrapCertificateIsRefused();
    assertThat(curl(false, ME, "-H", "cookie: " + cookie))
        .as("sessions end with the process")
        .contains("HTTP/1.1 401");
    browser.run("go", "ada", "url", url(OPERATORS));
    browser.run("click", "ada", "name", "Log in with passkey");
    browser.run("sees", "ada", "text", "user verified");
    browser.run("go", "clone", "url", url(OPERATORS));
    browser.run("click", "clone", "name", "Log in with passkey");
    browser.run("sees", "clone", "text", "may have been copied");
  }

  /** As an operator has it made and rotates to it, while the server is down. */
  private static void anotherAuthorityIssues() throws Exception {
    Randomness randomness = new Randomness(TIME);
    try (DataDirectory directory = DataDirectory.open(data)) {
      Path keys = directory.folder("keys");
      AuthorityCeremony ceremony =
          AuthorityCeremony.open(
              keys, new KeyEncryptionPlace.Beside(), Optional.empty(), TIME, randomness);
      byte[] request = Files.readAllBytes(ceremony.request().file());
      String certificate =
          OfflineRoot.open(keys, keys.resolve("root-key.passphrase"), TIME, randomness)
              .sign(OfflineRoot.Request.read(request));
      assertThat(ceremony.take(certificate.getBytes(StandardCharsets.US_ASCII), Optional.empty()))
          .isEqualTo("issuing-2");
    }
    List<String> order = new ArrayList<>(List.of("rotate", "--by", "grace", "--reason", WHY));
    order.addAll(List.of("--data", data.toString()));
    EndedMain rotated = EndedMain.of(ThingwardCa.class, host, order.toArray(String[]::new));
    assertThat(rotated.code()).as(rotated.err()).isZero();
    assertThat(rotated.out()).contains("issuing-2 issues from the next start on");
  }

  private static void emptyDatabase() throws Exception {
    Path database = data.resolve("database");
    String port = Files.readAllLines(database.resolve("data/postmaster.pid")).get(3);
    List<String> tables = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/thingward",
                "thingward",
                Files.readString(database.resolve("role.password")));
        Statement statement = connection.createStatement()) {
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname NOT IN"
                  + " ('pg_catalog', 'information_schema') AND tablename NOT LIKE 'flyway%'")) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
      assertThat(tables).hasSizeGreaterThan(8);
      statement.execute("TRUNCATE " + String.join(", ", tables) + " CASCADE");
    }
  }

  @Test
  void O7_without_a_terminal_the_link_is_in_a_file_that_its_owner_alone_may_read(
      @TempDir Path other) throws IOException {
    DataDirectory directory = DataDirectory.open(other);
    FirstLinkNotice notice = new FirstLinkNotice(directory);
    String link = "https://localhost:9443/#register=secret";
    assertThat(notice.give(link, false)).doesNotContain("secret").contains("first-link");
    Path file = other.resolve("first-link");
    assertThat(file).hasContent(link + "\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    notice.clear();
    assertThat(file).doesNotExist();
    assertThat(notice.give(link, true)).contains(link);
    assertThat(file).doesNotExist();
    directory.close();
  }

  /** The status that a script of ada's page is answered with; -1 if it is kept from it. */
  private static int fetched(
      String method, String path, String mode, String body, Map<String, String> headers) {
    Map<String, Object> asked = new HashMap<>(Map.of("url", url(path), "method", method));
    asked.putAll(Map.of("mode", mode, "headers", headers));
    if (!body.isEmpty()) {
      asked.put("body", body);
    }
    return browser.script("ada", FETCH, asked).asInt();
  }

  private static String cookie() {
    JsonNode cookie = browser.run("cookies", "ada").get(0);
    return cookie.path("name").asString() + "=" + cookie.path("value").asString();
  }

  /** For whoever wants to see it: -Dthingward.pictures=FOLDER. */
  private static void picture(String page, String name) {
    String folder = System.getProperty("thingward.pictures", "");
    if (folder.isEmpty()) {
      return;
    }
    for (int width : List.of(390, 820, 1280)) {
      for (boolean dark : List.of(true, false)) {
        String file = "%s-%d-%s.png".formatted(name, width, dark ? "dark" : "light");
        browser.run("picture", page, "file", folder + "/" + file, "width", width, "dark", dark);
      }
    }
  }

  private static String url(String path) {
    return "https://localhost:" + server.endpoints().operator() + path;
  }

  private static String spki() throws Exception {
    try (var in = Files.newInputStream(data.resolve("keys/operator-server.pem"))) {
      byte[] key =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(in)
              .getPublicKey()
              .getEncoded();
      return Base64.getEncoder().encodeToString(Digest.of(key).bytes());
    }
  }

  private static String curl(boolean bootstrap, String path, String... options) throws Exception {
    Path keys = data.resolve("keys");
    List<String> command = new ArrayList<>(List.of("curl", "--http1.1", "-sSi"));
    command.addAll(List.of("--cacert", keys.resolve("operator-server.pem").toString()));
    if (bootstrap) {
      command.addAll(List.of("--cert", keys.resolve("operator.pem").toString()));
      command.addAll(List.of("--key", keys.resolve("operator.key").toString()));
    }
    command.addAll(List.of(options));
    command.add(url(path));
    return run(command);
  }

  private static String run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return text;
  }
}
