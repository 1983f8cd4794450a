package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.Problem;
import tools.jackson.databind.json.JsonMapper;

/**
 * When a certificate is best renewed (ACME renewal information, RFC 9773): in the sixth of its life
 * that follows its half, so that a fleet does not come at once; at once if it was revoked. Anyone
 * may ask, for anyone may read the certificate.
 */
final class AcmeRenewals {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LONGEST_WAIT = Duration.ofHours(6);

  private final IdentityStore store;

  AcmeRenewals(IdentityStore store) {
    this.store = store;
  }

  DeviceResponse answer(DeviceRequest request) {
    String text = request.variables().getOrDefault("certificate", "");
    IssuedCertificate certificate =
        AcmeCertificateId.find(text, store)
            .orElseThrow(() ->
                new Problem(
                    404, "no-such-certificate", "This authority issued none of that name."));
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("suggestedWindow", window(certificate));
    return new DeviceResponse(
        200,
        Map.of(
            "content-type",
            "application/json",
            "retry-after",
            Long.toString(wait(certificate).toSeconds())),
        JSON.writeValueAsBytes(tree));
  }

  private Map<String, String> window(IssuedCertificate certificate) {
    Instant start = certificate.renewableFrom();
    Instant end = start.plus(life(certificate).dividedBy(6));
    if (certificate.state() == IssuedCertificate.State.REVOKED) {
      start = certificate.begins();
      end = start.plusSeconds(1);
    }
    Map<String, String> window = new LinkedHashMap<>();
    window.put("start", start.toString());
    window.put("end", end.toString());
    return window;
  }

  /** Often enough for certificates that last minutes. */
  private static Duration wait(IssuedCertificate certificate) {
    Duration some = life(certificate).dividedBy(24).plusSeconds(1);
    return some.compareTo(LONGEST_WAIT) < 0 ? some : LONGEST_WAIT;
  }

  private static Duration life(IssuedCertificate certificate) {
    return Duration.between(certificate.begins(), certificate.ends());
  }
}
