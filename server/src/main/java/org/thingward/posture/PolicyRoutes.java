package org.thingward.posture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Operation;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Permission;
import org.thingward.trust.Policy;
import org.thingward.verify.diff.DiffTree;
import org.thingward.verify.diff.PolicyDiff;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.policy.PolicyRefused;

/** Where operators read, check and apply policies. */
final class PolicyRoutes {
  static final String ONLY_LOOKED_AT = "It changes nothing: a policy is only looked at.";

  private static final int MAX_POLICY = 1 << 20;

  private final Postures postures;
  private final DocumentStore documents;
  private final Ledger ledger;
  private final Semaphore comparing = new Semaphore(1);
  private final ForeseenChanges foreseen;

  PolicyRoutes(
      Postures postures, DocumentStore documents, Ledger ledger, ForeseenChanges foreseen) {
    this.postures = postures;
    this.documents = documents;
    this.ledger = ledger;
    this.foreseen = foreseen;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", "/policy", Permission.VIEW, Reach.OWN, "policy.show", 0, this::show),
        new OperatorRoute(
            "GET",
            "/policy/history",
            Permission.VIEW,
            Reach.OWN,
            "policy.history",
            0,
            this::history),
        new OperatorRoute(
            "GET",
            "/policy/history/{policy}",
            Permission.VIEW,
            Reach.OWN,
            "policy.former",
            0,
            this::former),
        new OperatorRoute(
            "POST",
            "/policy/check",
            Permission.VIEW,
            Reach.OWN,
            "policy.check",
            MAX_POLICY,
            Operation.unweighed(ONLY_LOOKED_AT, this::check)),
        new OperatorRoute(
            "POST",
            "/policy/diff",
            Permission.VIEW,
            Reach.OWN,
            "policy.diff",
            MAX_POLICY,
            Operation.unweighed(ONLY_LOOKED_AT, this::diff)),
        new OperatorRoute(
            "PUT",
            "/policy",
            Permission.ADMINISTER_POLICY,
            Reach.FLEET,
            "policy.apply",
            MAX_POLICY,
            Operation.weighed(this::apply)));
  }

  private OperatorResponse show(OperatorRequest request) {
    Stored stored = documents.newest(EntryType.POLICY).orElseThrow();
    return OperatorResponse.ok("application/yaml", stored.canonical());
  }

  /** Policies that took effect, newest first, each with its place on record. */
  private OperatorResponse history(OperatorRequest request) {
    List<String> items = new ArrayList<>();
    for (DocumentStore.Applied applied :
        documents.history(EntryType.POLICY, Page.limit(request.query()))) {
      items.add(
          Page.item(
              CanonicalJson.encode(
                  Map.of(
                      "policy", applied.digest().toString(),
                      "operator", applied.operator().toString(),
                      "at", applied.at().toString())),
              applied.receipt(),
              ledger.index(applied.receipt())));
    }
    return Page.of(items, "");
  }

  private OperatorResponse former(OperatorRequest request) {
    Digest digest = named(request.variable("policy"));
    Stored stored =
        documents
            .byDigest(EntryType.POLICY, digest)
            .filter(found -> Digest.of(found.canonical()).equals(digest))
            .orElseThrow(
                () -> new Problem(404, "not-found", "No policy of this digest took effect."));
    return OperatorResponse.ok("application/yaml", stored.canonical());
  }

  private OperatorResponse check(OperatorRequest request) {
    return named(read(request.body()));
  }

  /** Compares a body with the policy in force. One at a time, because it is much work. */
  private OperatorResponse diff(OperatorRequest request) {
    Policy renewed = read(request.body());
    Policy old = read(documents.newest(EntryType.POLICY).orElseThrow().canonical());
    if (!comparing.tryAcquire()) {
      throw new Problem(409, "diff-runs", "Another comparison runs; ask again when it has ended.");
    }
    try {
      return OperatorResponse.json(DiffTree.of(PolicyDiff.between(old, renewed)).toString());
    } finally {
      comparing.release();
    }
  }

  /** The policy that a body is; a problem with every mistake, if it is none. */
  static Policy read(byte[] body) {
    return understood(() -> PolicyReader.read(body));
  }

  private Operation.Prepared apply(OperatorRequest request) {
    Policy policy = read(request.body());
    // The reason is on record: the query is part of the entry that every change begins with.
    String unused = Bodies.sentence(request.query(), "reason");
    InForce former = postures.inForce();
    replaced(request.query().getOrDefault("replaces", ""))
        .ifPresent(named -> former.requirePolicy(named));
    return Operation.Prepared.of(
        foreseen.of(former, policy),
        () -> {
          postures.replacePolicy(former, request.body(), request.operator());
          return named(policy);
        });
  }

  private static Optional<Digest> replaced(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(text));
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "malformed-query", "'replaces': " + e.getMessage());
    }
  }

  private static Digest named(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Problem(
          400, "malformed-path", "A policy is named by its digest: " + e.getMessage());
    }
  }

  private static OperatorResponse named(Policy policy) {
    return OperatorResponse.json("{\"policy\":\"" + policy.digest() + "\"}");
  }

  private static Policy understood(Supplier<Policy> read) {
    try {
      return read.get();
    } catch (PolicyRefused e) {
      List<Map<String, Object>> errors =
          e.errors().stream()
              .map(error ->
                  Map.<String, Object>of(
                      "line", error.line(),
                      "column", error.column(),
                      "message", error.message()))
              .toList();
      throw new Problem(
          422, "policy-refused", String.valueOf(e.getMessage()), Map.of("errors", errors));
    }
  }
}
