package org.thingward.access;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.thingward.trust.Caller;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * What a program acts with in an operator's name: never more than the operator holds at that
 * moment, never an approval (rule O7).
 *
 * @param id its name; opens nothing
 * @param name what its creator calls it
 * @param operator its creator
 * @param atMost the permissions that it may use, if its creator holds them
 * @param within the devices that it may touch, if its creator may
 * @param made when
 * @param ends when it ends
 * @param secret the digest of its secret
 * @param key the digest of the public key that every connection it comes over must prove; empty if
 *     any connection will do
 * @param asker the command line that asked for it; empty if its creator did, on a page
 * @param port where the operator listener was: part of the origin that was signed
 */
record ApiToken(
    UUID id,
    String name,
    Subject operator,
    Set<Permission> atMost,
    Scope within,
    Instant made,
    Instant ends,
    Digest secret,
    Optional<Digest> key,
    Optional<Asker> asker,
    int port) {
  private static final int FORMAT = 1;

  /** The member that a token's entry has, and the entry of its end has not. */
  static final String TOKEN = "api-token";

  private static final Map<String, Permission> PERMISSIONS =
      Stream.of(Permission.values()).collect(Collectors.toMap(Permission::word, it -> it));

  /**
   * Who asked for it from another program.
   *
   * @param code the code that it showed
   * @param host what it called its machine
   * @param address where the request came from
   */
  record Asker(String code, String host, String address) {}

  ApiToken {
    atMost = Set.copyOf(atMost);
  }

  /** Reads what {@link #tree} writes. */
  static ApiToken of(JsonNode tree) {
    JsonNode asked = tree.path("asked-by");
    return new ApiToken(
        UUID.fromString(text(tree, "id")),
        text(tree, "name"),
        Subject.operator(text(tree, "operator")),
        texts(tree.path("permissions")).stream()
            .map(ApiToken::permission)
            .flatMap(Optional::stream)
            .collect(Collectors.toSet()),
        new Scope(
            tree.path("scope").values().stream()
                .map(area ->
                    new Scope.Area(texts(area.path("regions")), texts(area.path("products"))))
                .toList()),
        Instant.parse(text(tree, "made")),
        Instant.parse(text(tree, "ends")),
        Digest.parse(text(tree, "secret")),
        Optional.of(text(tree, "client-key")).filter(it -> !it.isEmpty()).map(Digest::parse),
        asked.isObject()
            ? Optional.of(
                new Asker(text(asked, "code"), text(asked, "host"), text(asked, "address")))
            : Optional.empty(),
        tree.path("port").asInt(0));
  }

  /** The permission of this word. */
  static Optional<Permission> permission(String word) {
    return Optional.ofNullable(PERMISSIONS.get(word));
  }

  private static String text(JsonNode tree, String member) {
    return tree.path(member).asString("");
  }

  private static Set<String> texts(JsonNode list) {
    return list.values().stream().map(each -> each.asString("")).collect(Collectors.toSet());
  }

  /** Its members, for the record: what its creator signs for. */
  Map<String, Object> tree() {
    Map<String, Object> tree = new TreeMap<>();
    tree.put(TOKEN, FORMAT);
    tree.put("id", id.toString());
    tree.put("name", name);
    tree.put("operator", operator.name());
    tree.put("permissions", words(atMost));
    tree.put("scope", areas(within));
    tree.put("made", made.toString());
    tree.put("ends", ends.toString());
    tree.put("secret", secret.toString());
    tree.put("port", port);
    key.ifPresent(digest -> tree.put("client-key", digest.toString()));
    asker.ifPresent(who ->
        tree.put(
            "asked-by", Map.of("code", who.code(), "host", who.host(), "address", who.address())));
    return tree;
  }

  /** The words of permissions, in order. */
  static List<String> words(Collection<Permission> permissions) {
    return permissions.stream().sorted().map(Permission::word).toList();
  }

  /**
   * The areas of a scope, as the API shows them: no regions means all, and no products likewise.
   */
  static List<Map<String, Object>> areas(Scope scope) {
    return scope.areas().stream()
        .map(area ->
            Map.<String, Object>of(
                "regions",
                List.copyOf(new TreeSet<>(area.regions())),
                "products",
                List.copyOf(new TreeSet<>(area.products()))))
        .toList();
  }

  /** The record of it together with its creator's signature. */
  byte[] record(Map<String, Object> signed) {
    Map<String, Object> tree = new HashMap<>(tree());
    tree.put("signed-by", signed);
    return CanonicalJson.encode(tree);
  }

  /** What its creator's passkey signs to make exactly this. */
  Challenge agreement() {
    return Challenge.over(Purpose.API_TOKEN, operator.name(), CanonicalJson.encode(tree()));
  }

  /** Who asks when it is presented. */
  Caller caller() {
    return new Caller(operator, atMost, within, Optional.of(id.toString()), Optional.empty());
  }
}
