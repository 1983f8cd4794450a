package org.thingward.platform;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Decision;
import org.thingward.trust.EvidenceRefused;
import org.thingward.trust.OperatorRefused;
import org.thingward.trust.RecordedDecision;

/**
 * A request that is answered with an error: problem details as in RFC 9457.
 *
 * <p>A client's own mistake is a 4xx with the place and the reason; a 5xx is a defect of ours or a
 * part that is down.
 */
public final class Problem extends RuntimeException {
  /** The media type of {@link #json()}. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final transient Map<String, Object> members;

  /**
   * A problem.
   *
   * @param status the HTTP status, 400 to 599
   * @param type a short word for programs, e.g. {@code token-used}; becomes {@code
   *     urn:thingward:problem:token-used}
   * @param detail one sentence for a person: what is wrong, where, and what to do
   */
  public Problem(int status, String type, String detail) {
    this(status, type, detail, Map.of());
  }

  /** A problem with further members, e.g. {@code line} and {@code column}. */
  public Problem(int status, String type, String detail, Map<String, Object> members) {
    super(detail);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("a problem has a status from 400 to 599");
    }
    this.status = status;
    this.type = type.toLowerCase(Locale.ROOT);
    this.members = Map.copyOf(members);
  }

  /** 403: what was decided about a request for which there is no permit, and where it stands. */
  public static Problem denied(RecordedDecision recorded) {
    Decision decision = recorded.decision();
    return new Problem(
        403,
        "denied",
        "%s may not %s now: %s"
            .formatted(
                decision.request().subject(),
                decision.request().kind().word(),
                String.join("; ", decision.reasons())),
        Map.of(
            "tier", decision.tier().word(),
            "reasons", decision.reasons(),
            "entry", recorded.receipt().entry().toString()));
  }

  /**
   * How a failure is answered. What is the caller's mistake says so; what is a part that is down is
   * 503; anything else is a defect of ours, whose nature the caller is not told.
   */
  public static Problem of(Throwable failure) {
    return switch (failure) {
      case Problem problem -> problem;
      case EvidenceRefused refused ->
          new Problem(422, "evidence-refused", String.valueOf(refused.getMessage()));
      case OperatorRefused refused ->
          new Problem(403, "operator-refused", String.valueOf(refused.getMessage()));
      case Unavailable unavailable -> new Problem(503, "unavailable", unavailable.getMessage());
      case DataAccessResourceFailureException down -> databaseDown();
      case TransientDataAccessException down -> databaseDown();
      case TransactionException down -> databaseDown();
      default -> new Problem(500, "defect", "This is a defect of Thingward; its log says more.");
    };
  }

  private static Problem databaseDown() {
    return new Problem(503, "database-down", "The database does not answer. Try again shortly.");
  }

  public int status() {
    return status;
  }

  /** The URI that names this kind of problem. */
  public String type() {
    return "urn:thingward:problem:" + type;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  /** The JSON text of the problem details, media type {@link #MEDIA_TYPE}. */
  public byte[] json() {
    Map<String, Object> tree = new TreeMap<>(members);
    tree.put("type", type());
    tree.put("status", status);
    tree.put("detail", detail());
    return CanonicalJson.encode(tree);
  }

  /** Members beside type, status and detail. */
  public Map<String, Object> members() {
    return members;
  }
}
