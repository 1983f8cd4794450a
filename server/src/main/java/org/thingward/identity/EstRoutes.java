package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.thingward.platform.Admission;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Peer;
import org.thingward.platform.Problem;
import org.thingward.trust.RequestKind;

/** Enrolment over EST (RFC 7030). */
final class EstRoutes {
  private static final String BASE = "/.well-known/est/";

  /** Base64 with line breaks adds a little over a third to a request of the largest size. */
  private static final int MAX_BODY = 2 * Csr.MAX_BYTES;

  private static final int MAX_AUTHORIZATION = 1024;

  private final Authority authority;
  private final Tokens tokens;
  private final Enrolment enrolment;
  private final Newcomers newcomers;
  private final NativeCrypto crypto;
  private final Optional<DeviceKeyMaker> keyMaker;
  private final RequestLink link;

  EstRoutes(
      Authority authority,
      Tokens tokens,
      Enrolment enrolment,
      Newcomers newcomers,
      NativeCrypto crypto,
      Optional<DeviceKeyMaker> keyMaker,
      RequestLink link) {
    this.authority = authority;
    this.tokens = tokens;
    this.enrolment = enrolment;
    this.newcomers = newcomers;
    this.crypto = crypto;
    this.keyMaker = keyMaker;
    this.link = link;
  }

  List<DeviceRoute> routes() {
    List<DeviceRoute> routes = new ArrayList<>(below(BASE));
    routes.addAll(below(BASE + "{label}/"));
    return List.copyOf(routes);
  }

  private List<DeviceRoute> below(String base) {
    Admission open = new Admission.Open();
    Admission token = new Admission.ByToken(RequestKind.ENROL);
    Admission peer = new Admission.ByHandler(RequestKind.RENEW);
    return List.of(
        new DeviceRoute("GET", base + "cacerts", open, 0, this::authorities),
        new DeviceRoute("GET", base + "csrattrs", open, 0, this::attributes),
        new DeviceRoute("POST", base + "simpleenroll", token, MAX_BODY, this::enrol),
        new DeviceRoute("POST", base + "serverkeygen", token, MAX_BODY, this::enrolWithMadeKey),
        new DeviceRoute("POST", base + "simplereenroll", peer, MAX_BODY, this::renew));
  }

  private DeviceResponse authorities(DeviceRequest request) {
    Optional<Profile> unused = label(request);
    return certificates(authority.chain().stream().map(Authority::der).toList());
  }

  private DeviceResponse attributes(DeviceRequest request) {
    Optional<Profile> unused = label(request);
    return base64(EstCodec.ATTRIBUTES, EstCodec.attributes(link.demanded()));
  }

  private DeviceResponse enrol(DeviceRequest request) {
    Optional<TokenRecord> token = token(request);
    if (token.isEmpty()) {
      return challenge();
    }
    return certificates(List.of(enrolment.enrol(token.get(), csr(request)).der()));
  }

  /** RFC 7030 §4.4; what the request's own key is for is to claim the token. */
  private DeviceResponse enrolWithMadeKey(DeviceRequest request) {
    DeviceKeyMaker maker =
        keyMaker.orElseThrow(() ->
            new Problem(
                404,
                "serverkeygen-off",
                "This server makes no keys for devices: make one on the device, where it stays, and"
                    + " send a request for it to simpleenroll."));
    Optional<TokenRecord> token = token(request);
    if (token.isEmpty()) {
      return challenge();
    }
    Csr asked = csr(request);
    DeviceKeyMaker.Made made = maker.make(asked);
    IssuedCertificate certificate = enrolment.enrol(token.get(), asked.keyDigest(), made.csr());
    return new DeviceResponse(
        200,
        Map.of("content-type", EstCodec.KEY_AND_CERTIFICATE),
        EstCodec.keyAndCertificate(made.pkcs8(), certificate.der()));
  }

  private DeviceResponse renew(DeviceRequest request) {
    Peer peer = request.requirePeer();
    if (label(request).isPresent()) {
      requireLabel(request, enrolment.profileOf(peer));
    }
    IssuedCertificate child = enrolment.renew(peer, csr(request));
    newcomers.await(child);
    return certificates(List.of(child.der()));
  }

  /** The token that is shown, proved to be good here; empty if none is. */
  private Optional<TokenRecord> token(DeviceRequest request) {
    Optional<Shown> shown = shown(request.header("authorization"));
    Optional<TokenRecord> token = shown.map(it -> tokens.prove(it.token(), it.user()));
    token.ifPresent(it -> requireLabel(request, it.profile()));
    return token;
  }

  /** The profile that the path names (RFC 7030 §3.2.2), if it names one. */
  private static Optional<Profile> label(DeviceRequest request) {
    return Optional.ofNullable(request.variables().get("label"))
        .map(label ->
            Profile.ofWord(label)
                .filter(Profile::byTokenAlone)
                .orElseThrow(() ->
                    new Problem(
                        404,
                        "est-label",
                        "There is nothing under this label: it is one of device, commissioning and"
                            + " service, or left out.")));
  }

  private static void requireLabel(DeviceRequest request, Profile own) {
    label(request)
        .filter(named -> named != own)
        .ifPresent(named -> {
          throw new Problem(
              403,
              "est-label",
              "The path names profile %s, and the token or certificate is of profile %s."
                  .formatted(named.word(), own.word()));
        });
  }

  private Csr csr(DeviceRequest request) {
    byte[] der = EstCodec.request(request.header("content-type"), request.body());
    Csr csr = Csr.read(der, crypto);
    link.require(der, request.binding());
    return csr;
  }

  /**
   * A token as the request shows it.
   *
   * @param user the device's id, which HTTP Basic carries beside it
   */
  private record Shown(EnrolmentToken token, Optional<String> user) {}

  /**
   * The token in HTTP Basic (RFC 7617), as the password, or Bearer (RFC 6750); empty if there is
   * none.
   */
  private static Optional<Shown> shown(String authorization) {
    int space = authorization.indexOf(' ');
    if (space < 0 || authorization.length() > MAX_AUTHORIZATION) {
      return Optional.empty();
    }
    String value = authorization.substring(space + 1).strip();
    return switch (authorization.substring(0, space).toLowerCase(Locale.ROOT)) {
      case "basic" -> Optional.of(basic(value));
      case "bearer" -> Optional.of(new Shown(token(value), Optional.empty()));
      default -> Optional.empty();
    };
  }

  private static Shown basic(String value) {
    try {
      String pair = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      if (colon >= 0) {
        String user = pair.substring(0, colon);
        return new Shown(
            token(pair.substring(colon + 1)), Optional.of(user).filter(name -> !name.isEmpty()));
      }
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "authorization", "The Authorization header is not base64.");
    }
    throw new Problem(
        400, "authorization", "Give the device's id as user and the token as password.");
  }

  private static EnrolmentToken token(String text) {
    return EnrolmentToken.parse(text)
        .orElseThrow(() ->
            new Problem(
                401,
                "token-form",
                "The password is no enrolment token: it has the form twt1.SECRET.AUTHORITY."));
  }

  private static DeviceResponse challenge() {
    Problem problem =
        new Problem(
            401,
            "token-required",
            "Give the device's id as user and an enrolment token as password (HTTP Basic).");
    return new DeviceResponse(
        401,
        Map.of(
            "content-type",
            Problem.MEDIA_TYPE,
            "www-authenticate",
            "Basic realm=\"enrolment\", charset=\"UTF-8\""),
        problem.json());
  }

  private static DeviceResponse certificates(List<byte[]> certificates) {
    return base64(EstCodec.CERTIFICATES, EstCodec.certificates(certificates));
  }

  private static DeviceResponse base64(String contentType, byte[] body) {
    // RFC 8951 §3 has receivers ignore the second header; clients of RFC 7030 look for it.
    return new DeviceResponse(
        200, Map.of("content-type", contentType, "content-transfer-encoding", "base64"), body);
  }
}
