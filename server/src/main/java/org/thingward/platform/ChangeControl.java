package org.thingward.platform;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.thingward.trust.Caller;

/**
 * Decides whether a permitted change is made at once or waits for others to agree (rules O3, O4);
 * the room {@code access} implements it.
 */
public interface ChangeControl {
  /** Weighs a change; from an answer that lets it be made on, it counts as made. */
  Weighed weigh(PlannedChange change);

  /**
   * The change of this name, for whoever asked for it to carry it out.
   *
   * @throws Problem 404 if the caller asked for none of this name, 409 if it is not approved
   */
  ApprovedChange approved(String id, Caller caller);

  /**
   * Returns if this is what was approved, to the byte and to the device. From then on it counts as
   * carried out, once and for all.
   *
   * @param again the change, as it would be made now
   * @throws Problem 409 if it is something else by now: it is void
   */
  void carryOut(ApprovedChange approved, PlannedChange again);

  /**
   * What came of weighing.
   *
   * @param held what is answered in place of making the change; empty if it is to be made
   * @param headers what the answer is to say besides
   */
  record Weighed(Optional<OperatorResponse> held, Map<String, String> headers) {
    public Weighed {
      headers = Map.copyOf(headers);
    }

    /** It is to be made. */
    public static Weighed now(Map<String, String> headers) {
      return new Weighed(Optional.empty(), headers);
    }
  }

  /**
   * A request to the operator API as it was asked and approved.
   *
   * @param path the whole path
   */
  record ApprovedChange(
      UUID id,
      String method,
      String path,
      Map<String, String> query,
      String contentType,
      byte[] body) {
    public ApprovedChange {
      query = Map.copyOf(query);
    }
  }
}
