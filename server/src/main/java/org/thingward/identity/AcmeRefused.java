package org.thingward.identity;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.thingward.platform.Problem;

/** A request over ACME that is refused: what kind of error, and one sentence for a person. */
final class AcmeRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final AcmeError error;
  private final int status;
  private final transient Map<String, String> headers;

  /** Refused with this error's own status. */
  AcmeRefused(AcmeError error, String detail) {
    this(error, error.status(), detail, Map.of());
  }

  private AcmeRefused(AcmeError error, int status, String detail, Map<String, String> headers) {
    super(detail);
    this.error = error;
    this.status = status;
    this.headers = headers;
  }

  /** Too much was asked in too short a time; {@code wait} until it may be asked again. */
  static AcmeRefused rateLimited(String detail, Duration wait) {
    String seconds = Long.toString(Math.max(1, wait.toSeconds()));
    return new AcmeRefused(
        AcmeError.RATE_LIMITED,
        AcmeError.RATE_LIMITED.status(),
        detail,
        Map.of("retry-after", seconds));
  }

  /** 409: what is asked for belongs to another, which is at {@code location}. */
  static AcmeRefused conflict(String detail, String location) {
    return new AcmeRefused(AcmeError.MALFORMED, 409, detail, Map.of("location", location));
  }

  /** How what the shared enrolment refused is said over ACME. */
  static AcmeRefused of(Problem problem) {
    int status = problem.status();
    boolean ofCsr = problem.type().contains(":csr-") || problem.type().endsWith(":key-in-use");
    AcmeError error =
        switch (status) {
          case 400, 413, 415, 422 -> ofCsr ? AcmeError.BAD_CSR : AcmeError.MALFORMED;
          case 500, 503 -> AcmeError.SERVER_INTERNAL;
          default -> ofCsr ? AcmeError.BAD_CSR : AcmeError.UNAUTHORIZED;
        };
    Map<String, String> headers = status == 503 ? Map.of("retry-after", "2") : Map.of();
    return new AcmeRefused(error, status, problem.detail(), headers);
  }

  AcmeError error() {
    return error;
  }

  int status() {
    return status;
  }

  /** Headers that go with the answer, beside its content type. */
  Map<String, String> headers() {
    return headers;
  }

  String detail() {
    return Optional.ofNullable(getMessage()).orElse("");
  }

  /** The members of the problem document (RFC 8555 §6.7). */
  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("type", error.type());
    tree.put("detail", detail());
    tree.put("status", status);
    return tree;
  }
}
