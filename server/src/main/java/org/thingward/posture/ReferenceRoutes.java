package org.thingward.posture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.trust.Impact;
import org.thingward.trust.Permission;
import org.thingward.trust.ProductRule;
import org.thingward.trust.ReferenceValues;
import org.thingward.trust.Subject;
import org.thingward.verify.record.RecordRefused;
import org.thingward.verify.record.Records;
import org.thingward.verify.reference.ReferenceRefused;
import org.thingward.verify.reference.ReleaseDocument;

/**
 * Where operators read and apply reference values: their own, or those that the maker of a
 * product's releases signed. Of a product whose release keys the policy names, only the latter.
 */
final class ReferenceRoutes {
  private static final String PATH = "/reference-values";
  private static final int MAX_BODY = 1 << 20;

  private final Postures postures;
  private final ForeseenChanges foreseen;

  ReferenceRoutes(Postures postures, ForeseenChanges foreseen) {
    this.postures = postures;
    this.foreseen = foreseen;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", PATH, Permission.VIEW, Reach.FLEET, "reference-values.show", 0, this::shown),
        new OperatorRoute(
            "PUT",
            PATH,
            Permission.ADMINISTER_POLICY,
            Reach.FLEET,
            "reference-values.apply",
            MAX_BODY,
            Operation.weighed(this::applying)),
        new OperatorRoute(
            "POST",
            PATH,
            Permission.ADMINISTER_POLICY,
            Reach.FLEET,
            "reference-values.import",
            MAX_BODY,
            Operation.weighed(this::importing)));
  }

  private OperatorResponse shown(OperatorRequest request) {
    return OperatorResponse.json(new String(postures.referenceValues().canonical(), UTF_8));
  }

  private Operation.Prepared applying(OperatorRequest request) {
    InForce former = postures.inForce();
    ReferenceValues references = written(request.body(), former);
    return prepared(request, former, references);
  }

  private Operation.Prepared prepared(
      OperatorRequest request, InForce former, ReferenceValues references) {
    return Operation.Prepared.of(
        foreseen.of(former, references),
        () -> {
          postures.replaceReferenceValues(former, references, request.operator());
          return named(references);
        });
  }

  /** What an operator gives: as before where a product's maker signs, and which documents stay. */
  private static ReferenceValues written(byte[] body, InForce former) {
    ReferenceValues given = read(body);
    if (!given.published().isEmpty()
        && !given.published().equals(former.references().published())) {
      throw refused("'published' tells which documents were taken; it is not for writing.");
    }
    former.policy().products().forEach((name, rule) -> requireAsSigned(name, rule, given, former));
    return new ReferenceValues(given.releases(), former.references().published());
  }

  private static void requireAsSigned(
      String name, ProductRule rule, ReferenceValues given, InForce former) {
    Subject product = Subject.product(name);
    if (!rule.releaseKeys().isEmpty()
        && !given.ofProduct(product).equals(former.references().ofProduct(product))) {
      throw new Problem(
          409,
          "signed-values-only",
          "The values of %s come from documents that its release keys sign, as the policy says. Leave them as they are, or import a document."
              .formatted(name));
    }
  }

  private Operation.Prepared importing(OperatorRequest request) {
    InForce former = postures.inForce();
    String signed = new String(request.body(), ISO_8859_1).strip();
    ReleaseDocument document = verified(signed, former);
    ReferenceValues.Published published = document.published(signed);
    ReferenceValues.Published taken = former.references().published().get(document.product());
    if (published.equals(taken)) {
      return Operation.Prepared.of(Impact.NOTHING, () -> named(former.references()));
    }
    if (taken != null && published.version() <= taken.version()) {
      throw new Problem(
          409,
          "reference-values-older",
          "Version %d of the values of %s was taken; this is version %d. A document that comes later has a higher one."
              .formatted(taken.version(), document.product().name(), published.version()));
    }
    return prepared(
        request,
        former,
        former.references().with(document.product(), document.releases(), published));
  }

  private static ReleaseDocument verified(String signed, InForce former) {
    try {
      return ReleaseDocument.verified(signed, former.policy()::releaseKeys);
    } catch (ReferenceRefused e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private static ReferenceValues read(byte[] body) {
    try {
      return Records.writtenReferenceValues(body);
    } catch (RecordRefused e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private static OperatorResponse named(ReferenceValues references) {
    return OperatorResponse.json("{\"reference-values\":\"" + references.digest() + "\"}");
  }

  private static Problem refused(String why) {
    return new Problem(422, "reference-values-refused", why);
  }
}
