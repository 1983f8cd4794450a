package org.thingward.verify.approval;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.record.JsonPart;

/**
 * What people are asked to agree to: everything that decides what would be done, so that a
 * signature over it is good for nothing else (rule O4).
 *
 * @param id its name; it is carried out once
 * @param console the name that passkeys are bound to
 * @param head the log at that moment
 * @param change what is to be done
 * @param effect what that would do
 * @param because why it takes others' agreement, for people
 * @param quorums who must agree: each of these must be met
 * @param requester who asks
 * @param asked when
 * @param expires until when it may be carried out
 * @param nonce 32 random bytes
 */
public record ApprovalRequest(
    UUID id,
    String console,
    Head head,
    Change change,
    Effect effect,
    List<String> because,
    List<Quorum> quorums,
    Subject requester,
    Instant asked,
    Instant expires,
    Nonce nonce) {
  /** With what the digest begins that a passkey signs: no login and no registration has it. */
  public static final String DOMAIN = "thingward passkey approval v1";

  private static final String FORMAT = "approval-request";
  private static final long VERSION = 1;

  public ApprovalRequest {
    because = List.copyOf(because);
    quorums = List.copyOf(quorums);
    if (quorums.isEmpty()) {
      throw new IllegalArgumentException("a request names who must agree");
    }
  }

  /**
   * A head of the log.
   *
   * @param origin the log's name
   * @param size how many entries it has
   * @param root the tree's root hash
   */
  public record Head(String origin, long size, Digest root) {}

  /**
   * A request to the operator API.
   *
   * @param verb the action's name
   * @param method the HTTP method
   * @param path the whole path, as it was sent
   * @param query the query's parameters
   * @param contentType the body's type, empty if none was named: a body is read by it
   * @param body the digest of the body
   */
  public record Change(
      String verb,
      String method,
      String path,
      Map<String, String> query,
      String contentType,
      Digest body) {
    public Change {
      query = Map.copyOf(query);
    }
  }

  /**
   * What a change would do.
   *
   * @param raised how many devices it would raise
   * @param lowered how many it would lower
   * @param devices the digest of which ones: {@link #devices(Set, Set)}
   * @param widens whether it permits more in some case, be any device in that case now or not
   * @param policy the digest of the policy in force
   * @param notes the digest of what else there was to know, e.g. what speaks against a device that
   *     is to be released: {@link #notes(List)}; empty in requests from before it was bound
   */
  public record Effect(
      int raised,
      int lowered,
      Digest devices,
      boolean widens,
      Digest policy,
      Optional<Digest> notes) {

    /** The digest of what else there is to know. */
    public static Digest notes(List<String> notes) {
      return Digest.of(CanonicalJson.encode(notes));
    }

    /** The digest of the devices that are raised and lowered. */
    public static Digest devices(Set<Subject> raised, Set<Subject> lowered) {
      return Digest.of(
          CanonicalJson.encode(Map.of("raised", names(raised), "lowered", names(lowered))));
    }

    private static List<String> names(Set<Subject> subjects) {
      return subjects.stream().sorted().map(Subject::toString).toList();
    }
  }

  /** 32 random bytes. */
  public record Nonce(String text) {
    private static final int LENGTH = 32;

    public Nonce {
      if (Base64.getUrlDecoder().decode(text).length != LENGTH) {
        throw new IllegalArgumentException("a nonce has 32 bytes in base64url");
      }
    }

    /** Of these bytes. */
    public static Nonce of(byte[] bytes) {
      return new Nonce(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
  }

  /**
   * Reads a canonical request.
   *
   * @throws org.thingward.verify.record.RecordRefused if it is none, or not in canonical form
   */
  public static ApprovalRequest read(byte[] json) {
    JsonPart part = JsonPart.read(json);
    ApprovalRequest request = part.checked(() -> of(part));
    if (!Arrays.equals(request.canonical(), json)) {
      throw part.refused("is not in canonical form");
    }
    return request;
  }

  private static ApprovalRequest of(JsonPart part) {
    if (part.member(FORMAT).number() != VERSION) {
      throw part.member(FORMAT).refused("is no version known here");
    }
    return new ApprovalRequest(
        part.member("id").of(UUID::fromString),
        part.member("console").text(),
        head(part.member("log")),
        change(part.member("change")),
        effect(part.member("effect")),
        part.member("because").items().stream().map(JsonPart::text).toList(),
        part.member("quorums").items().stream().map(item -> item.of(QuorumReader::read)).toList(),
        part.member("requester").of(Subject::parse),
        part.member("asked").instant(),
        part.member("expires").instant(),
        part.member("nonce").of(Nonce::new));
  }

  private static Head head(JsonPart part) {
    return new Head(
        part.member("origin").text(), part.member("size").number(), part.member("root").digest());
  }

  private static Change change(JsonPart part) {
    Map<String, String> query = new TreeMap<>();
    for (JsonPart item : part.member("query").items()) {
      query.put(item.member("name").text(), item.member("value").text());
    }
    return new Change(
        part.member("verb").text(),
        part.member("method").text(),
        part.member("path").text(),
        query,
        part.member("content-type").text(),
        part.member("body").digest());
  }

  private static Effect effect(JsonPart part) {
    return new Effect(
        Math.toIntExact(Math.clamp(part.member("raised").number(), 0, Integer.MAX_VALUE)),
        Math.toIntExact(Math.clamp(part.member("lowered").number(), 0, Integer.MAX_VALUE)),
        part.member("devices").digest(),
        part.member("widens").flag(),
        part.member("policy").digest(),
        part.has("notes") ? Optional.of(part.member("notes").digest()) : Optional.empty());
  }

  /** The canonical form (RFC 8785). */
  public byte[] canonical() {
    return CanonicalJson.encode(
        Map.ofEntries(
            Map.entry(FORMAT, VERSION),
            Map.entry("id", id.toString()),
            Map.entry("console", console),
            Map.entry(
                "log",
                Map.of(
                    "origin", head.origin(), "size", head.size(), "root", head.root().toString())),
            Map.entry("change", changeTree()),
            Map.entry("effect", effectTree()),
            Map.entry("because", because),
            Map.entry("quorums", quorums.stream().map(Quorum::text).toList()),
            Map.entry("requester", requester.toString()),
            Map.entry("asked", asked.toString()),
            Map.entry("expires", expires.toString()),
            Map.entry("nonce", nonce.text())));
  }

  private Map<String, Object> changeTree() {
    List<Map<String, String>> query =
        new TreeMap<>(change.query())
            .entrySet().stream()
                .map(one -> Map.of("name", one.getKey(), "value", one.getValue()))
                .toList();
    return Map.of(
        "verb", change.verb(),
        "method", change.method(),
        "path", change.path(),
        "query", query,
        "content-type", change.contentType(),
        "body", change.body().toString());
  }

  private Map<String, Object> effectTree() {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("raised", effect.raised());
    tree.put("lowered", effect.lowered());
    tree.put("devices", effect.devices().toString());
    tree.put("widens", effect.widens());
    tree.put("policy", effect.policy().toString());
    effect.notes().ifPresent(notes -> tree.put("notes", notes.toString()));
    return tree;
  }

  /** The canonical form as text. */
  public String text() {
    return new String(canonical(), UTF_8);
  }

  /** What a passkey signs to agree to exactly this. */
  public byte[] challenge() {
    return Digest.of(DOMAIN.getBytes(US_ASCII), new byte[1], canonical()).bytes();
  }
}
