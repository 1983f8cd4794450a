package org.thingward.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.bouncycastle.asn1.ocsp.CertStatus;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Admission;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;

/**
 * Answers whether a certificate is revoked (OCSP, RFC 6960), as it stands at the moment of asking,
 * by a key of its own that the authority delegated this to. What was signed lately and still holds
 * is given again to who sends no nonce.
 */
final class OcspResponder {
  static final String PATH = "/ocsp";

  private static final Logger LOG = LoggerFactory.getLogger(OcspResponder.class);
  private static final String CONTENT_TYPE = "application/ocsp-response";
  private static final String REQUEST_TYPE = "application/ocsp-request";

  private static final DigestCalculatorProvider DIGESTS = new BcDigestCalculatorProvider();

  private final List<OcspAuthority> authorities;
  private final Predicate<BigInteger> isOwn;
  private final RevocationStore store;
  private final AnsweredLately lately;
  private final Time time;

  /**
   * A responder.
   *
   * @param authorities whose certificates are answered for
   * @param isOwn whether a serial number is of a certificate of this server itself
   */
  OcspResponder(
      List<OcspAuthority> authorities,
      Predicate<BigInteger> isOwn,
      RevocationStore store,
      AnsweredLately lately,
      Time time) {
    this.lately = lately;
    this.isOwn = isOwn;
    this.authorities = List.copyOf(authorities);
    this.store = store;
    this.time = time;
  }

  List<DeviceRoute> routes() {
    Admission open = new Admission.Open();
    return List.of(
        new DeviceRoute("POST", PATH, open, OcspRequest.MAX_BYTES, this::post),
        new DeviceRoute("GET", PATH + "/{request...}", open, 0, this::get));
  }

  private DeviceResponse post(DeviceRequest request) {
    if (!request.header("content-type").equalsIgnoreCase(REQUEST_TYPE)) {
      throw new Problem(415, "content-type", "Send an OCSP request as " + REQUEST_TYPE + ".");
    }
    return DeviceResponse.ok(CONTENT_TYPE, answer(request.body()));
  }

  /** RFC 6960 appendix A.1: the request in base64 is the rest of the path. */
  private DeviceResponse get(DeviceRequest request) {
    String text = request.variables().getOrDefault("request", "");
    byte[] der;
    try {
      der = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      der = new byte[0];
    }
    return DeviceResponse.ok(CONTENT_TYPE, answer(der));
  }

  private byte[] answer(byte[] der) {
    Optional<byte[]> known = lately.find(der, time.now());
    if (known.isPresent()) {
      return known.get();
    }
    try {
      Optional<OcspRequest> request = OcspRequest.read(der);
      if (request.isEmpty()) {
        return failure(OCSPResponseStatus.MALFORMED_REQUEST);
      }
      Optional<OcspAuthority> ours = issuer(request.get());
      if (ours.isEmpty()) {
        return failure(OCSPResponseStatus.UNAUTHORIZED);
      }
      return request.get().plain()
          ? status(der, request.get(), ours.get())
          : statuses(request.get(), ours.get());
    } catch (IOException | RuntimeException e) {
      LOG.error("A certificate's status could not be told", e);
      return failure(OCSPResponseStatus.TRY_LATER);
    }
  }

  /** The one authority that all certificates asked about are of. */
  private Optional<OcspAuthority> issuer(OcspRequest request) {
    return authorities.stream()
        .filter(one -> request.asked().stream().allMatch(asked -> isOf(asked, one.issuer())))
        .findFirst();
  }

  private static boolean isOf(CertificateID asked, X509CertificateHolder issuer) {
    try {
      return asked.matchesIssuer(issuer, DIGESTS);
    } catch (OCSPException e) {
      // A digest that we do not have: no authority of ours that we could recognise.
      return false;
    }
  }

  /** Of one certificate; kept, unless nobody was issued it. */
  private byte[] status(byte[] der, OcspRequest request, OcspAuthority authority)
      throws IOException {
    BigInteger serial = request.asked().getFirst().getSerialNumber();
    AnsweredLately.Begun begun = lately.begin(serial);
    Instant at = time.now();
    Delegate signer = authority.delegate().current();
    Map<BigInteger, Optional<Instant>> issued =
        store.revocations(authority.name(), List.of(serial));
    byte[] answer = answer(request, issued, signer, at);
    if (issued.containsKey(serial)) {
      lately.keep(der, begun, authority.delegate(), signer, at, answer);
    }
    return answer;
  }

  private byte[] statuses(OcspRequest request, OcspAuthority authority) throws IOException {
    Map<BigInteger, Optional<Instant>> issued =
        store.revocations(
            authority.name(),
            request.asked().stream().map(CertificateID::getSerialNumber).toList());
    return answer(request, issued, authority.delegate().current(), time.now());
  }

  private byte[] answer(
      OcspRequest request, Map<BigInteger, Optional<Instant>> issued, Delegate signer, Instant at)
      throws IOException {
    OcspAnswer answer = new OcspAnswer(signer, at);
    for (CertificateID asked : request.asked()) {
      BigInteger serial = asked.getSerialNumber();
      answer.about(asked, isOwn.test(serial) ? OcspAnswer.GOOD : status(issued.get(serial)));
    }
    return answer.signed(request.nonce());
  }

  private static CertStatus status(
      @org.jspecify.annotations.Nullable Optional<Instant> revocation) {
    if (revocation == null) {
      return OcspAnswer.UNKNOWN;
    }
    return revocation.map(OcspAnswer::revoked).orElse(OcspAnswer.GOOD);
  }

  private static byte[] failure(int status) {
    try {
      return new OCSPResp(
              new org.bouncycastle.asn1.ocsp.OCSPResponse(new OCSPResponseStatus(status), null))
          .getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException("an OCSP answer could not be encoded", e);
    }
  }
}
