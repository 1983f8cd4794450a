package org.thingward.identity;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.thingward.platform.Admission;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Problem;
import org.thingward.trust.RequestKind;

/** CMP over HTTPS (RFC 9811) on the device listener. Refusals are messages too, with status 200. */
final class CmpRoutes {
  private static final String BASE = "/.well-known/cmp";
  private static final String CONTENT_TYPE = "application/pkixcmp";

  private final CmpResponder responder;

  CmpRoutes(CmpResponder responder) {
    this.responder = responder;
  }

  List<DeviceRoute> routes() {
    return Stream.of(
            BASE, BASE + "/{operation}", BASE + "/p/{profile}", BASE + "/p/{profile}/{operation}")
        .map(path ->
            new DeviceRoute(
                "POST",
                path,
                new Admission.ByToken(RequestKind.ENROL),
                CmpMessage.MAX_BYTES,
                this::answer))
        .toList();
  }

  private DeviceResponse answer(DeviceRequest request) {
    if (!request.header("content-type").strip().toLowerCase(Locale.ROOT).equals(CONTENT_TYPE)) {
      throw new Problem(415, "content-type", "Send the PKIMessage as " + CONTENT_TYPE + ".");
    }
    CmpPath path =
        new CmpPath(
            Optional.ofNullable(request.variables().get("profile")),
            Optional.ofNullable(request.variables().get("operation")));
    return DeviceResponse.ok(CONTENT_TYPE, responder.answer(request.body(), path));
  }
}
