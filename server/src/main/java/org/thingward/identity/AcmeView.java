package org.thingward.identity;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/**
 * The resources of ACME as clients read them (RFC 8555 §7.1).
 *
 * @param origin what their URLs begin with
 * @param now the time at which they are looked at
 */
record AcmeView(String origin, Instant now) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static Map<String, Object> directory(String origin) {
    Map<String, Object> tree = new LinkedHashMap<>();
    String base = origin + AcmeUrls.BASE;
    tree.put("newNonce", base + "new-nonce");
    tree.put("newAccount", base + "new-account");
    tree.put("newOrder", base + "new-order");
    tree.put("revokeCert", base + "revoke-cert");
    tree.put("keyChange", base + "key-change");
    tree.put("renewalInfo", base + "renewal-info");
    tree.put("meta", Map.of("externalAccountRequired", true));
    return tree;
  }

  String account(UUID id) {
    return origin + AcmeUrls.ACCOUNT + id;
  }

  String order(UUID id) {
    return origin + AcmeUrls.ORDER + id;
  }

  String authorization(UUID id) {
    return origin + AcmeUrls.AUTHORIZATION + id;
  }

  String challenge(UUID id) {
    return origin + AcmeUrls.CHALLENGE + id;
  }

  Map<String, Object> account(AcmeAccount account) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("status", account.status().word());
    tree.put("contact", List.of());
    tree.put("orders", account(account.id()) + "/orders");
    return tree;
  }

  Map<String, Object> orders(List<UUID> ids) {
    return Map.of("orders", ids.stream().map(this::order).toList());
  }

  Map<String, Object> order(AcmeOrder order) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("status", order.status(now).word());
    tree.put("expires", seconds(order.ends()));
    tree.put("identifiers", order.identifiers().stream().map(AcmeIdentifier::tree).toList());
    tree.put(
        "authorizations", order.parts().stream().map(part -> authorization(part.id())).toList());
    tree.put("finalize", order(order.id()) + "/finalize");
    order
        .certificate()
        .ifPresent(it -> tree.put("certificate", origin + AcmeUrls.CERTIFICATE + order.id()));
    order.parts().stream()
        .flatMap(part -> part.error().stream())
        .findFirst()
        .ifPresent(error -> tree.put("error", JSON.readTree(error)));
    return tree;
  }

  Map<String, Object> authorization(AcmeAuthorization part, AcmeOrder order) {
    Map<String, Object> tree = new LinkedHashMap<>();
    boolean over =
        part.state() == AcmeAuthorization.State.PENDING
            && order.status(now) == AcmeOrder.Status.INVALID;
    tree.put("status", over ? "expired" : part.state().word());
    tree.put("expires", seconds(order.ends()));
    tree.put("identifier", part.identifier().tree());
    tree.put("challenges", List.of(challenge(part)));
    return tree;
  }

  Map<String, Object> challenge(AcmeAuthorization part) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("type", part.identifier().type().challenge());
    tree.put("url", challenge(part.id()));
    tree.put("token", part.token());
    tree.put("status", part.state().word());
    if (part.state() == AcmeAuthorization.State.VALID) {
      tree.put("validated", seconds(part.changed()));
    }
    part.error().ifPresent(error -> tree.put("error", JSON.readTree(error)));
    return tree;
  }

  /** RFC 3339, and no finer than clients read it. */
  private static String seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
