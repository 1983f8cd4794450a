package org.thingward.identity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.Subject;
import tools.jackson.databind.json.JsonMapper;

/** The authority and the certificates that it issued, in the operator API. */
final class CertificateRoutes {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final IdentityStore store;
  private final CertificateLine line;
  private final Revocation revocation;
  private final Authorities authorities;
  private final AuthorityHistory history;
  private final Ledger ledger;
  private final Time time;

  CertificateRoutes(
      IdentityStore store,
      CertificateLine line,
      Revocation revocation,
      Authorities authorities,
      AuthorityHistory history,
      Ledger ledger,
      Time time) {
    this.store = store;
    this.line = line;
    this.revocation = revocation;
    this.authorities = authorities;
    this.history = history;
    this.ledger = ledger;
    this.time = time;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute("GET", "/ca", Permission.VIEW, Reach.OWN, "ca.show", 0, this::authority),
        lineRoute(
            "/devices/{id}/certificates", Reach.DEVICE, "device.certificates", Subject::device),
        lineRoute(
            "/services/{id}/certificates", Reach.FLEET, "service.certificates", Subject::service),
        new OperatorRoute(
            "POST",
            "/certificates/{serial}/revoke",
            Permission.OPERATE,
            Reach.FILTERED,
            "certificate.revoke",
            4096,
            Operation.weighed(this::revoking)));
  }

  private OperatorRoute lineRoute(
      String path, Reach reach, String verb, Function<String, Subject> subject) {
    return new OperatorRoute(
        "GET",
        path,
        Permission.VIEW,
        reach,
        verb,
        0,
        request -> line(subject(request.variable("id"), subject)));
  }

  private OperatorResponse authority(OperatorRequest request) {
    Authority authority = authorities.current();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("fingerprint", authority.fingerprint().toString());
    tree.put("issuing", authority.name());
    tree.put("issuing-ends", authority.certificate().getNotAfter().toInstant().toString());
    tree.put("revocation-list", RevocationLists.path(authority.name()));
    tree.put("chain", authority.pem());
    tree.put("others", authorities.others().stream().map(CertificateRoutes::beside).toList());
    tree.put("changes", history.entries().stream().map(this::change).toList());
    return OperatorResponse.json(JSON.writeValueAsString(tree));
  }

  private Map<String, Object> change(AuthorityHistory.Entry entry) {
    Map<String, Object> tree = entry.change().tree();
    tree.put("receipt", entry.receipt().entry().toString());
    ledger.index(entry.receipt()).ifPresent(index -> tree.put("index", index));
    return tree;
  }

  private static Map<String, Object> beside(Authority other) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", other.name());
    tree.put("ends", other.certificate().getNotAfter().toInstant().toString());
    tree.put("revocation-list", RevocationLists.path(other.name()));
    return tree;
  }

  private OperatorResponse line(Subject subject) {
    List<Map<String, Object>> items = store.ofSubject(subject).stream().map(this::tree).toList();
    return OperatorResponse.json(JSON.writeValueAsString(Map.of("items", items)));
  }

  /** Whoever presents it opens nothing any more, whatever else that subject has. */
  private Operation.Prepared revoking(OperatorRequest request) {
    IssuedCertificate certificate = line.ofSerial(request.variable("serial"), request::mayTouch);
    Set<Subject> lowered = certificate.state().live() ? Set.of(certificate.subject()) : Set.of();
    return Operation.Prepared.of(Impact.of(Set.of(), lowered), () -> revoke(request, certificate));
  }

  private OperatorResponse revoke(OperatorRequest request, IssuedCertificate certificate) {
    revocation.revoke(certificate, request.operator());
    IssuedCertificate after = store.find(certificate.digest()).orElse(certificate);
    return OperatorResponse.json(JSON.writeValueAsString(tree(after)));
  }

  private Map<String, Object> tree(IssuedCertificate certificate) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("serial", certificate.serialText());
    tree.put("digest", certificate.digest().toString());
    tree.put("subject", certificate.subject().toString());
    tree.put("profile", certificate.profile().word());
    tree.put("key", certificate.key().toString());
    tree.put("key-algorithm", certificate.algorithms().key());
    tree.put("signature-algorithm", certificate.algorithms().signature());
    certificate.parent().map(Digest::toString).ifPresent(parent -> tree.put("parent", parent));
    tree.put("generation", certificate.generation());
    if (certificate.derived()) {
      tree.put("derived", true);
    }
    tree.put("begins", certificate.begins().toString());
    tree.put("ends", certificate.ends().toString());
    boolean ended = certificate.state().live() && !time.now().isBefore(certificate.ends());
    tree.put("state", ended ? "ended" : certificate.state().word());
    return tree;
  }

  private static Subject subject(String name, Function<String, Subject> kind) {
    try {
      return kind.apply(name);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "name", e.getMessage() + ".");
    }
  }
}
