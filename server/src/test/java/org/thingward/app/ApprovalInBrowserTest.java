package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two people with a browser and an authenticator each, at one console: from the invitation to what
 * both agreed to, click by click, and what each of them alone, or a thief, tries in between. One
 * story: a first passkey is the first once.
 */
class ApprovalInBrowserTest {
  private static final String ADA = "ada";
  private static final String BOB = "bob";
  private static final String HOSTILE = "<img src=x onerror=window.hacked=1>";

  /** Asks the API as a page would; status and body. */
  private static final String ASK =
      "async (a) => { const answer = await fetch('/api/v1' + a.path, {method: a.method, headers:"
          + " {'thingward-console': '1', 'content-type': 'application/json'}, body: a.body});"
          + " return {status: answer.status, text: await answer.text()} }";

  /** Has this profile's authenticator sign a challenge, whatever it is for. */
  private static final String SIGN =
      """
      async (challenge) => {
        const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
        const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
        const signed = await navigator.credentials.get({publicKey: {challenge: bytes(challenge), userVerification: 'required'}});
        const { authenticatorData, clientDataJSON, signature, userHandle } = signed.response;
        return JSON.stringify({id: text(signed.rawId), response: {authenticatorData: text(authenticatorData),
          clientDataJSON: text(clientDataJSON), signature: text(signature), userHandle: text(userHandle)}});
      }
      """;

  @TempDir private Path folder;
  private final PutOnClock time = new PutOnClock();

  @Test
  void O3_O4_O6_two_people_in_two_browsers_and_neither_alone() throws Exception {
    assumeTrue(
        Boolean.getBoolean("thingward.complete")
            || ApprovalInBrowserTest.class.getResource("/console/files") != null,
        "the console is not built: run the tests with ./thingward test");
    try (RunningHouse house = new RunningHouse(folder, time);
        Browser browser = new Browser(spki(house))) {
      for (String pump : List.of("pump-1", "pump-2", "pump-3")) {
        house.enrol("device", pump);
      }
      new Story(house, browser).tell();
    }
  }

  /** What happens, in order. */
  private final class Story {
    private final RunningHouse house;
    private final Browser browser;
    private final String origin;

    Story(RunningHouse house, Browser browser) {
      this.house = house;
      this.browser = browser;
      this.origin = "https://localhost:" + port();
    }

    void tell() {
      adaIsTheFirst();
      String link = adaInvitesBob();
      bobRegistersAndIsLetInNoSoonerThanActivated(link);
      adaActivatesBobAnHourLater();
      String release = adaAsksForARelease("pump-1");
      nobodyAgreesAlone(release);
      bobAgreesVerifiedAndAdaCarriesItOut(release);
      whatBobSignedIsGoodForNothingElse(release);
      whatIsRefusedIsNotCarriedOut();
      whatIsTakenBackIsOver();
      aPolicyIsReadBeforeItIsSigned();
      moreRightsTakeBoth();
      theGlassIsBrokenAndReviewedByAnother();
      aDeviceIsRevoked();
      otherSitesOrderNothing();
      whoStealsASessionSignsNothing();
      aLostPasskeyIsWithdrawnByItsOwner();
      whatIsUnlikeAdaIsShownWithItsEntry();
      ConsoleLeftAlone console = new ConsoleLeftAlone(browser, ADA, origin);
      console.leavesNothingBehind();
      console.asksNothingWhileNobodyLooks();
      nothingRan();
    }

    private void adaIsTheFirst() {
      browser.run("open", ADA, "verified", true, "clock", true);
      browser.run("go", ADA, "url", house.server().firstLink().orElseThrow());
      browser.run("fill", ADA, "label", "Your name", "text", ADA);
      browser.run("click", ADA, "name", "Register passkey");
      logIn(ADA);
    }

    private void logIn(String who) {
      browser.run("click", who, "name", "Log in with passkey");
      browser.run("sees", who, "text", "Needs a person");
    }

    private String adaInvitesBob() {
      go(ADA, "/#/operators");
      sees(ADA, "One person can change everything");
      picture(ADA, "operators-alone");
      click(ADA, "Invite somebody");
      browser.run("fill", ADA, "label", "Name, as the record shows it", "text", BOB);
      for (String role : List.of("releaser", "policy-administrator", "access-administrator")) {
        browser.run("check", ADA, "label", role);
      }
      picture(ADA, "invite");
      click(ADA, "See what is signed");
      sees(ADA, "This is what your passkey signs");
      picture(ADA, "invite-signed");
      click(ADA, "Sign with passkey");
      sees(ADA, "shown this once");
      picture(ADA, "invite-link");
      String shown =
          browser
              .script(
                  ADA,
                  "() => [...document.querySelectorAll('dialog code')].map((it) => it.textContent)"
                      + ".join(' ')",
                  "")
              .asString();
      click(ADA, "I have it");
      sees(ADA, "not yet");
      picture(ADA, "operators-invited");
      return shown.substring(shown.indexOf("https://")).strip();
    }

    private void bobRegistersAndIsLetInNoSoonerThanActivated(String link) {
      browser.run("open", BOB, "verified", false, "clock", true);
      browser.run("go", BOB, "url", link);
      sees(BOB, "invites you as bob");
      picture(BOB, "invited");
      click(BOB, "Register passkey");
      sees(BOB, "Nothing was signed");
      browser.run("verified", BOB, "verified", true);
      click(BOB, "Register passkey");
      sees(BOB, "opens nothing yet");
      picture(BOB, "registered");
      browser.run("go", BOB, "url", origin + "/");
      click(BOB, "Log in with passkey");
      sees(BOB, "Not logged in");
      picture(BOB, "not-yet");
    }

    private void adaActivatesBobAnHourLater() {
      // Her list learns of it by itself.
      browser.run("later", ADA, "milliseconds", 16_000);
      sees(ADA, "waits");
      picture(ADA, "operators-waiting");
      time.pass(Duration.ofHours(1));
      for (String who : List.of(ADA, BOB)) {
        browser.run("later", who, "milliseconds", Duration.ofHours(1).toMillis());
      }
      // Nobody looked: nothing was asked, and the session is over when somebody is back.
      browser.run("press", ADA, "key", "Shift");
      logInAgain(ADA);
      sees(ADA, "may be activated");
      click(ADA, "Activate");
      sees(ADA, "Ask bob first");
      picture(ADA, "activate");
      click(ADA, "See what is signed");
      click(ADA, "Sign with passkey");
      browser.run("gone", ADA, "text", "This is what your passkey signs");
      browser.run("gone", ADA, "text", "One person can change everything");
      picture(ADA, "operators-two");
      click(BOB, "Log in with passkey");
      sees(BOB, "Needs a person");
    }

    private void logInAgain(String who) {
      browser.run("click", who, "name", "Log in with passkey");
      browser.run("sees", who, "text", "user verified");
    }

    /** Quarantines a pump and asks to release it; where the request is. */
    private String adaAsksForARelease(String pump) {
      go(ADA, "/#/fleet/" + pump);
      sees(ADA, "What to do");
      // What is still on its way moves the buttons, and a press that begins on one must end on it.
      browser.run("settled", ADA);
      click(ADA, "Quarantine");
      browser.run("fill", ADA, "label", "Reason", "text", "smells of smoke");
      picture(ADA, "quarantine");
      click(ADA, "Quarantine " + pump);
      sees(ADA, "order is quarantine");
      picture(ADA, "quarantined");
      return adaAsksAgain(pump);
    }

    private String adaAsksAgain(String pump) {
      click(ADA, "Release");
      browser.run("fill", ADA, "label", "Reason", "text", HOSTILE + "looked at on site");
      click(ADA, "Release " + pump);
      sees(ADA, "Not done yet: others must agree");
      picture(ADA, "release-waits");
      browser.run("follow", ADA, "name", "Open the request");
      sees(ADA, "It is your own request");
      picture(ADA, "own-request");
      String url = browser.run("url", ADA).asString();
      return url.substring(url.indexOf("/#/approvals/") + 3);
    }

    private void nobodyAgreesAlone(String approval) {
      assertThat(browser.run("enabled", ADA, "name", "Sign with passkey").asBoolean()).isFalse();
      // Nor by hand: what the button would do is refused, with her own passkey over the right
      // bytes.
      String signed = signed(ADA, challenge(approval));
      assertThat(asked(ADA, "POST", "/" + approval + "/approve", signed)).startsWith("403");
      assertThat(asked(ADA, "POST", "/" + approval + "/execute", "")).startsWith("409");
    }

    private void bobAgreesVerifiedAndAdaCarriesItOut(String approval) {
      // His page of the fleet stands open since he logged in, and learns of it by itself.
      browser.run("later", BOB, "milliseconds", 16_000);
      sees(BOB, "asked by ada");
      picture(BOB, "needs-bob");
      browser.run("follow", BOB, "name", "Review and sign");
      sees(BOB, "Your passkey signs exactly what is shown here");
      sees(BOB, "pump-1");
      sees(BOB, HOSTILE + "looked at on site");
      picture(BOB, "to-sign");
      browser.run("verified", BOB, "verified", false);
      click(BOB, "Sign with passkey");
      sees(BOB, "Nothing was signed");
      picture(BOB, "unverified");
      browser.run("verified", BOB, "verified", true);
      click(BOB, "Sign with passkey");
      sees(BOB, "ada asked, and carries it out");
      picture(BOB, "agreed");
      // Her page learns of it by itself.
      browser.run("later", ADA, "milliseconds", 6_000);
      sees(ADA, "Once, and only if it still does what was approved");
      picture(ADA, "agreed-to");
      click(ADA, "Carry out");
      sees(ADA, "Carried out, as it was approved");
      picture(ADA, "carried-out");
      go(ADA, "/#/fleet/pump-1");
      sees(ADA, "Nothing to end");
      picture(ADA, "released");
      go(ADA, "/#/approvals");
      sees(ADA, "Release pump-1");
      picture(ADA, "approvals");
    }

    private void whatBobSignedIsGoodForNothingElse(String approval) {
      String signed = browser.run("sent", BOB, "ending", approval + "/approve").asString();
      assertThat(signed).contains("authenticatorData");
      String other = adaAsksForARelease("pump-2");
      assertThat(asked(BOB, "POST", "/" + other + "/approve", signed)).startsWith("422");
      assertThat(asked(BOB, "POST", "/" + approval + "/approve", signed))
          .as("nor is it good twice")
          .startsWith("422")
          .contains("counter went back");
      assertThat(asked(ADA, "POST", "/" + other + "/execute", "")).startsWith("409");
      assertThat(asked(ADA, "POST", "/" + approval + "/execute", "")).startsWith("409");
    }

    private void whatIsRefusedIsNotCarriedOut() {
      go(BOB, "/#/approvals?state=open");
      browser.run("follow", BOB, "name", "Release pump-2");
      sees(BOB, "Your passkey signs exactly what is shown here");
      click(BOB, "Refuse");
      browser.run(
          "fill", BOB, "label", "Reason", "text", HOSTILE + "not before the valve is changed");
      picture(BOB, "refuse");
      click(BOB, "Refuse it");
      sees(BOB, HOSTILE + "not before the valve is changed");
      picture(BOB, "refused");
      browser.run("later", ADA, "milliseconds", 6_000);
      sees(ADA, HOSTILE + "not before the valve is changed");
      picture(ADA, "refused-to-ada");
      String url = browser.run("url", ADA).asString();
      String approval = url.substring(url.indexOf("/#/approvals/") + 3);
      assertThat(asked(ADA, "POST", "/" + approval + "/execute", "")).startsWith("409");
    }

    private void whatIsTakenBackIsOver() {
      go(ADA, "/#/fleet/pump-2");
      sees(ADA, "order is quarantine");
      // A quarter of an hour after the login a change takes her passkey again; the page asks for
      // it.
      time.pass(Duration.ofMinutes(16));
      assertThat(
              browser
                  .script(
                      ADA,
                      "async () => (await (await fetch('/api/v1/devices/pump-2/attest', {method: 'POST',"
                          + " headers: {'content-type': 'application/json', 'thingward-console': '1'},"
                          + " body: '{\"reason\":\"by a script\"}'})).json()).type",
                      "")
                  .asString())
          .endsWith("verify-first");
      String approval = adaAsksAgain("pump-2");
      go(BOB, "/#/" + approval);
      sees(BOB, "Your passkey signs exactly what is shown here");
      click(ADA, "Withdraw");
      sees(ADA, "Taken back");
      picture(ADA, "taken-back");
      click(BOB, "Sign with passkey");
      sees(BOB, "is over: withdrawn");
      sees(BOB, "taken back");
      picture(BOB, "too-late-for-bob");
    }

    private void aPolicyIsReadBeforeItIsSigned() {
      go(ADA, "/#/policy");
      sees(ADA, "Understood");
      String text =
          browser.script(ADA, "() => document.querySelector('textarea').value", "").asString();
      String wider = text.replace("retired: contraindicated", "retired: nothing");
      assertThat(wider).isNotEqualTo(text);
      browser.run("fill", ADA, "label", "The policy’s text", "text", wider);
      sees(ADA, "draft, 1 line not in force");
      sees(ADA, "Understood");
      click(ADA, "Compare");
      sees(ADA, "situation changes");
      browser.run("fill", ADA, "label", "Reason", "text", "retired pumps still report");
      click(ADA, "Apply policy");
      sees(ADA, "Not done yet: others must agree");
      picture(ADA, "policy-waits");
      browser.run("follow", ADA, "name", "Open the request");
      sees(ADA, "It is your own request");
      String url = browser.run("url", ADA).asString();
      go(BOB, url.substring(url.indexOf("/#/")));
      sees(BOB, "Apply a policy");
      sees(BOB, "permits more in some case");
      sees(BOB, "retired pumps still report");
      picture(BOB, "policy-to-sign");
      click(BOB, "Sign with passkey");
      sees(BOB, "ada asked, and carries it out");
      go(ADA, "/#/fleet");
      sees(ADA, "Others have agreed: carry it out");
      picture(ADA, "needs-ada");
      browser.run("follow", ADA, "name", "Carry out");
      sees(ADA, "Once, and only if");
      click(ADA, "Carry out");
      sees(ADA, "Carried out, as it was approved");
      go(ADA, "/#/policy");
      sees(ADA, "as it is in force");
      sees(ADA, "retired: nothing");
    }

    private void moreRightsTakeBoth() {
      go(ADA, "/#/operators");
      sees(ADA, "user verified");
      click(ADA, "Change roles");
      browser.run("check", ADA, "label", "operator");
      picture(ADA, "roles");
      click(ADA, "See what is signed");
      sees(ADA, "Not done yet: others must agree");
      picture(ADA, "roles-wait");
      browser.run("follow", ADA, "name", "Open the request");
      sees(ADA, "It is your own request");
      String url = browser.run("url", ADA).asString();
      go(BOB, url.substring(url.indexOf("/#/")));
      sees(BOB, "Give an operator more rights");
      picture(BOB, "roles-to-sign");
      click(BOB, "Sign with passkey");
      sees(BOB, "ada asked, and carries it out");
      browser.run("later", ADA, "milliseconds", 6_000);
      click(ADA, "Carry out");
      sees(ADA, "Carried out, as it was approved");
      picture(ADA, "roles-done");
      go(BOB, "/#/operators");
      sees(BOB, "operator; releaser");
      picture(BOB, "bob");
    }

    private void theGlassIsBrokenAndReviewedByAnother() {
      // Which buttons a page has, it knows from when it was loaded.
      browser.run("go", BOB, "url", "about:blank");
      go(BOB, "/#/approvals");
      sees(BOB, "Nobody did");
      click(BOB, "Break the glass");
      browser.run("fill", BOB, "label", "Reason", "text", "the whole plant reports smoke");
      click(BOB, "Break it");
      sees(BOB, "another person must");
      go(ADA, "/#/approvals");
      sees(ADA, "the whole plant reports smoke");
      picture(ADA, "glass");
      click(ADA, "Justified");
      browser.run("fill", ADA, "label", "Reason", "text", "there was smoke");
      click(ADA, "Put on record");
      sees(ADA, "Justified, says ada: there was smoke");
      picture(ADA, "glass-reviewed");
    }

    private void aDeviceIsRevoked() {
      go(BOB, "/#/fleet/pump-3");
      sees(BOB, "What to do");
      click(BOB, "Revoke");
      browser.run("fill", BOB, "label", "Reason", "text", "stolen");
      click(BOB, "Revoke pump-3");
      sees(BOB, "order is revoke");
      picture(BOB, "revoked");
    }

    /** Also one on the same host at another port, to which browsers do send the cookie. */
    private void otherSitesOrderNothing() {
      go(ADA, "/#/fleet/pump-1");
      sees(ADA, "What to do");
      String target = origin + "/api/v1/devices/pump-1/quarantine";
      String forged =
          """
          <form id=f method=post enctype=text/plain action=%1$s><input name='{"reason":"' value='x"}'></form>
          <script>
            for (const mode of ['no-cors', 'cors']) fetch('%1$s', {method: 'POST', mode, credentials: 'include',
              headers: {'content-type': 'text/plain'}, body: '{"reason":"forged"}'}).catch(() => 0);
            fetch('%1$s', {method: 'POST', credentials: 'include', body: '{"reason":"forged"}',
              headers: {'content-type': 'application/json', 'thingward-console': '1'}}).catch(() => 0);
            navigator.sendBeacon('%1$s', '{"reason":"forged"}');
            document.getElementById('f').submit();
          </script>
          """
              .formatted(target);
      for (String site : List.of("https://evil.example/", "https://localhost:1/")) {
        browser.run("site", ADA, "url", site, "html", forged);
        // The form leads there, and is refused.
        assertThat(browser.script(ADA, "() => document.body.innerText", "").asString())
            .as(site)
            .containsAnyOf("cross-site", "not-an-operator");
      }
      go(ADA, "/#/fleet/pump-1");
      sees(ADA, "Nothing to end");
      assertThat(asked(ADA, "POST", "/devices/pump-1/quarantine", "{\"reason\":\"ours\"}"))
          .as("the same by a page of ours is obeyed")
          .startsWith("201");
    }

    /** A copied cookie is the session (docs/operators.md): it sees, and signs nothing. */
    private void whoStealsASessionSignsNothing() {
      browser.run("later", ADA, "milliseconds", 16_000);
      sees(ADA, "It is quarantined already");
      String approval = adaAsksAgain("pump-1");
      browser.run("open", "thief", "verified", true);
      browser.run("steal", BOB, "to", "thief");
      go("thief", "/#/" + approval);
      sees("thief", "Your passkey signs exactly what is shown here");
      click("thief", "Sign with passkey");
      sees("thief", "Nothing was signed");
      String challenge = challenge(approval);
      PasskeyClient other = new PasskeyClient("eve", 9, port(), house.operatorCertificate());
      String answer = JsonMapper.shared().writeValueAsString(other.assertion(challenge));
      assertThat(asked("thief", "POST", "/" + approval + "/approve", answer))
          .startsWith("422")
          .contains("passkey of yours");
      go("thief", "/#/operators");
      sees("thief", "user verified");
      click("thief", "Add passkey");
      click("thief", "Sign for it");
      sees("thief", "Nothing was signed");
      // It is one session, and ends for the thief where Bob ends it.
      go(BOB, "/#/operators");
      sees(BOB, "this one");
      click(BOB, "Log out");
      sees(BOB, "There are no passwords");
      go("thief", "/#/operators");
      sees("thief", "There are no passwords");
    }

    private void aLostPasskeyIsWithdrawnByItsOwner() {
      go(ADA, "/#/operators");
      sees(ADA, "user verified");
      browser.run("plug", ADA, "key", "lost");
      click(ADA, "Add passkey");
      sees(ADA, "Sign now with one that is registered");
      browser.run("plug", ADA, "key", "first");
      click(ADA, "Sign for it");
      browser.run("gone", ADA, "text", "Sign now with one that is registered");
      browser.run("clickLast", ADA, "name", "Withdraw passkey");
      sees(ADA, "Another passkey of yours signs for that");
      browser.run("fill", ADA, "label", "Reason", "text", "lost on a train");
      picture(ADA, "passkey-withdrawal");
      click(ADA, "See what is signed");
      sees(ADA, "lost on a train");
      // By the one that goes it cannot be signed.
      browser.run("plug", ADA, "key", "lost");
      click(ADA, "Sign with passkey");
      sees(ADA, "Nothing was signed");
      browser.run("plug", ADA, "key", "first");
      click(ADA, "Back");
      click(ADA, "See what is signed");
      click(ADA, "Sign with passkey");
      sees(ADA, "Your only one");
      picture(ADA, "passkey-withdrawn");
    }

    private void whatIsUnlikeAdaIsShownWithItsEntry() {
      sees(ADA, "Nothing was found");
      for (int i = 0; i < 4; i++) {
        click(ADA, "Log out");
        logInAgain(ADA);
      }
      String agent = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0";
      browser.run("open", "elsewhere", "verified", true, "agent", agent);
      assertThat(browser.run("clone", ADA, "to", "elsewhere").asInt()).isEqualTo(1);
      go("elsewhere", "/");
      logIn("elsewhere");
      browser.run("later", ADA, "milliseconds", 16_000);
      sees(ADA, "From a browser never used before");
      picture(ADA, "unlike");
      browser.run("follow", ADA, "name", "Record");
      sees(ADA, "operator-unusual");
      picture(ADA, "unlike-entry");
    }

    private void nothingRan() {
      for (String who : List.of(ADA, BOB, "thief")) {
        assertThat(browser.script(who, "() => String(window.hacked)", "").asString())
            .isEqualTo("undefined");
        assertThat(browser.texts(browser.run("said", who)))
            .noneMatch(line -> line.contains("breach:") || line.contains("dialog:"));
      }
    }

    private int port() {
      return house.server().endpoints().operator();
    }

    private String challenge(String approval) {
      JsonNode shown = browser.script(BOB, ASK, Map.of("path", "/" + approval, "method", "GET"));
      String text = shown.path("text").asString();
      assertThat(shown.path("status").asInt()).as(text).isEqualTo(200);
      return text.replaceAll("(?s).*\"sign\":\\{.*?\"challenge\":\"([^\"]+)\".*", "$1");
    }

    private String signed(String who, String challenge) {
      return browser.script(who, SIGN, challenge).asString();
    }

    /** The status and the body that a page's own request gets. */
    private String asked(String who, String method, String path, String body) {
      JsonNode answer =
          browser.script(who, ASK, Map.of("path", path, "method", method, "body", body));
      return answer.path("status").asInt() + " " + answer.path("text").asString();
    }

    private void go(String who, String link) {
      browser.run("go", who, "url", origin + link);
    }

    private void sees(String who, String text) {
      browser.run("sees", who, "text", text);
    }

    private void click(String who, String name) {
      browser.run("click", who, "name", name);
    }

    /** For whoever wants to see it: -Dthingward.pictures=FOLDER. */
    private void picture(String page, String name) {
      String pictures = System.getProperty("thingward.pictures", "");
      if (!pictures.isEmpty()) {
        String file = pictures + "/" + name + ".png";
        browser.run("picture", page, "file", file, "width", 1280, "dark", false);
      }
    }
  }

  private static String spki(RunningHouse house) throws Exception {
    try (var in = Files.newInputStream(house.operatorCertificate())) {
      byte[] key =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(in)
              .getPublicKey()
              .getEncoded();
      return Base64.getEncoder().encodeToString(Digest.of(key).bytes());
    }
  }
}
