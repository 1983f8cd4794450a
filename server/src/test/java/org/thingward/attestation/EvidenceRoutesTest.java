package org.thingward.attestation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.thingward.platform.Base64Url;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.TestAuthority;
import org.thingward.platform.Time;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.EvidenceSink;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.eat.SoftwareToken;

/** Nonces, and what is sent over them by a device whose key is in software. */
class EvidenceRoutesTest {
  private static final Digest FIRMWARE = Digest.of(new byte[] {1});

  private final List<Evidence> stated = new ArrayList<>();
  private final Map<String, Duration> intervals = new TreeMap<>();
  private final TestAuthority authority = new TestAuthority("works");
  private final TestAuthority.Credential former = authority.issue(Subject.device("plain-1"));
  private final TestAuthority.Credential renewed = authority.issue(Subject.device("plain-1"));
  private final TestAuthority.Credential other = authority.issue(Subject.device("plain-2"));
  private final EvidenceRoutes routes = routes(Time.ofMachine());

  private EvidenceRoutes routes(Time time) {
    Statements statements = new Statements(new Sink(), time);
    return new EvidenceRoutes(
        List.of(new SoftwareAttestation(statements, time)),
        device -> new TreeMap<>(intervals),
        time,
        new Randomness(time));
  }

  @Test
  void T3_a_nonce_is_good_once_for_the_device_and_the_certificate_that_asked() {
    String nonce = nonce(former);
    assertThatThrownBy(() -> send(other, token(other, nonce)))
        .hasMessageContaining("No nonce is open");
    assertThatThrownBy(() -> send(renewed, token(renewed, nonce)))
        .as("the same device, by another key")
        .hasMessageContaining("No nonce is open");
    assertThat(send(former, token(former, nonce))).contains("device:plain-1");
    assertThatThrownBy(() -> send(former, token(former, nonce)))
        .hasMessageContaining("No nonce is open");
    assertThat(stated).hasSize(1);
    String spent = nonce(former);
    assertThatThrownBy(() -> send(former, token(renewed, spent)))
        .hasMessageContaining("is not this key's");
    assertThatThrownBy(() -> send(former, token(former, spent)))
        .as("a nonce is spent by what was refused")
        .hasMessageContaining("No nonce is open");
    String first = nonce(former);
    String second = nonce(former);
    assertThatThrownBy(() -> send(former, token(former, first)))
        .as("the newest counts")
        .hasMessageContaining("another nonce");
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void a_device_hears_how_soon_it_has_to_attest_again() {
    assertThat(send(former, token(former, nonce(former)))).doesNotContain("again-within");
    intervals.put("boot.measurement", Duration.ofHours(6));
    intervals.put("software.component.firmware", Duration.ofHours(1));
    assertThat(send(former, token(former, nonce(former))))
        .contains("\"again-within-seconds\":3600");
  }

  @Test
  void what_software_says_is_stated_as_that_and_never_beyond_level_3() {
    String unused = send(former, token(former, nonce(former)));
    Evidence evidence = stated.getFirst();
    assertThat(evidence.kind()).isEqualTo("software");
    assertThat(evidence.source()).isEqualTo("attestation");
    assertThat(evidence.assurance()).isEqualTo(AssuranceLevel.L3);
    assertThat(evidence.claims())
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "software.version", new ClaimValue.Word("3.1.0"),
                    "software.component.firmware", new ClaimValue.Measurement(FIRMWARE))));
  }

  @Test
  void a_service_attests_nothing() {
    TestAuthority.Credential service = authority.issue(Subject.service("reader"));
    assertThatThrownBy(() -> nonce(service))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(403));
  }

  private String nonce(TestAuthority.Credential by) {
    return call("nonce", by, "").replaceAll(".*\"nonce\":\"([0-9a-f]+)\".*", "$1");
  }

  private String send(TestAuthority.Credential by, String token) {
    return call("software", by, token);
  }

  private String call(String path, TestAuthority.Credential by, String body) {
    DeviceRequest request =
        new DeviceRequest(
            Optional.of(authority.peer(by.certificate())),
            Map.of(),
            Map.of(),
            body.getBytes(US_ASCII),
            new InetSocketAddress(0));
    return new String(
        routes.routes().stream()
            .filter(route -> route.path().equals(Attestation.BASE + path))
            .findFirst()
            .orElseThrow()
            .handler()
            .handle(request)
            .body(),
        UTF_8);
  }

  private static String token(TestAuthority.Credential by, String nonce) {
    String claims =
        "{\"eat_profile\":\"%s\",\"eat_nonce\":\"%s\",\"swversion\":[\"3.1.0\"],\"thingward_components\":{\"firmware\":\"%s\"}}"
            .formatted(SoftwareToken.PROFILE, nonce, FIRMWARE);
    String message =
        Base64Url.encode("{\"alg\":\"ES256\",\"typ\":\"eat+jwt\"}".getBytes(UTF_8))
            + "."
            + Base64Url.encode(claims.getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(by.key());
      signature.update(message.getBytes(US_ASCII));
      return message + "." + Base64Url.encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Where the room states what holds. */
  private final class Sink implements EvidenceSink {
    @Override
    public Receipt state(Evidence evidence) {
      stated.add(evidence);
      return new Receipt(evidence.id());
    }

    @Override
    public Optional<Stated> newest(Subject subject, String kind) {
      return Optional.empty();
    }
  }
}
