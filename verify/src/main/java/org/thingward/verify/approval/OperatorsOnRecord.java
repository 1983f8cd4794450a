package org.thingward.verify.approval;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.log.LogStatement;
import org.thingward.verify.log.VerifierKey;
import org.thingward.verify.record.JsonPart;
import org.thingward.verify.record.RecordRefused;

/**
 * Which passkeys count, and which roles their operators hold, by what the entries say one after the
 * other (rule O2): the first passkey, for which the bootstrap certificate vouches; each for which
 * one of the same operator vouches; each that was invited, once an access administrator activated
 * it. What leads nowhere is left out, and told.
 */
final class OperatorsOnRecord {
  private static final String VOUCHING = "thingward passkey vouching v1";
  private static final String RECOVERY = "operator-recovery";
  private static final String ADMINISTRATION = "thingward passkey administration v1";
  private static final String ACCESS_ADMINISTRATOR = "access-administrator";
  private static final Set<String> ALL_ROLES =
      Set.of("viewer", "operator", "releaser", "policy-administrator", ACCESS_ADMINISTRATOR);

  private static final Set<String> WITHDRAWALS = Set.of("withdrawal", "passkey-withdrawal");

  private record Held(Set<String> roles, Set<String> teams) {}

  private final Map<String, RegisteredPasskey> byId = new HashMap<>();
  private final Map<Digest, RegisteredPasskey> waiting = new HashMap<>();
  private final Map<Subject, Held> invited = new HashMap<>();
  private final Map<Subject, Held> held = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private final List<List<VerifierKey>> signers;
  private Optional<Digest> bootstrap = Optional.empty();
  private Optional<Digest> recovery = Optional.empty();
  private final Set<Digest> changes = new HashSet<>();
  private Digest last = Digest.of(new byte[0]);
  private boolean isIncomplete;
  private boolean isFirst = true;

  /** By what the log's keys, if they are given, say of recoveries. */
  OperatorsOnRecord(List<List<VerifierKey>> signers) {
    this.signers = List.copyOf(signers);
  }

  /** The digest of the bootstrap certificate's public key that all leads back to. */
  Optional<Digest> bootstrap() {
    return bootstrap;
  }

  List<String> faults() {
    return List.copyOf(faults);
  }

  /** A passkey of this operator that counts at this moment. */
  Optional<RegisteredPasskey> find(String id, Subject operator) {
    return Optional.ofNullable(byId.get(id)).filter(it -> it.operator().equals(operator));
  }

  /** How a quorum looks at an operator at this moment. */
  Approver approver(Subject operator) {
    Held holds = held.getOrDefault(operator, new Held(Set.of(), Set.of()));
    Set<String> keys =
        byId.values().stream()
            .filter(passkey -> passkey.operator().equals(operator))
            .map(passkey -> passkey.key().digest().toString())
            .collect(Collectors.toUnmodifiableSet());
    return new Approver(operator, holds.roles(), holds.teams(), keys);
  }

  /** The next entry of type {@code passkey}. */
  void register(byte[] content) {
    reading(
        "a registration",
        () -> {
          JsonPart registration = JsonPart.readWithLongTexts(content);
          RegisteredPasskey passkey = RegisteredPasskey.of(registration);
          if (isFirst) {
            follow(content);
          }
          vouched(registration, passkey)
              .ifPresent(
                  why -> faults.add("the passkey of " + passkey.operator().name() + " " + why));
        });
    isFirst = false;
  }

  /** Takes it in if it counts, or may later; else says why not. */
  private Optional<String> vouched(JsonPart registration, RegisteredPasskey passkey) {
    JsonPart by = registration.member("vouched-by");
    byte[] signed = without(registration, "vouched-by");
    if (by.has("invitation")) {
      waiting.put(Digest.of(signed), passkey);
      return Optional.empty();
    }
    if (by.has("bootstrap")) {
      if (!isFirst) {
        return Optional.of("claims the bootstrap certificate, which had ended");
      }
      bootstrap = Optional.of(by.member("bootstrap").digest());
      held.put(passkey.operator(), new Held(ALL_ROLES, Set.of()));
      byId.put(passkey.id(), passkey);
      return Optional.empty();
    }
    if (by.has(RECOVERY)) {
      return recovered(by, passkey, registration);
    }
    Optional<String> fault = unsigned(by, passkey.operator(), VOUCHING, signed, registration);
    if (fault.isEmpty()) {
      byId.put(passkey.id(), passkey);
    }
    return fault.map(why -> "is vouched for by " + why);
  }

  /** The first passkey after every operator was ended on the server's machine. */
  private Optional<String> recovered(
      JsonPart by, RegisteredPasskey passkey, JsonPart registration) {
    Map<String, Object> signed = members(registration);
    signed.remove("vouched-by");
    Digest named = by.member(RECOVERY).digest();
    byte[] statement =
        CanonicalJson.encode(Map.of("recovery", named.toString(), "registration", signed));
    boolean isNext = recovery.filter(named::equals).isPresent();
    if (!isNext || !isAttested(RECOVERY + "-registration", statement, by)) {
      return Optional.of("claims a recovery that the log's keys did not sign for it");
    }
    recovery = Optional.empty();
    held.put(passkey.operator(), new Held(ALL_ROLES, Set.of()));
    byId.put(passkey.id(), passkey);
    return Optional.empty();
  }

  private boolean isAttested(String purpose, byte[] statement, JsonPart signed) {
    byte[] note = signed.member("attested").text().getBytes(StandardCharsets.UTF_8);
    return signers.stream().anyMatch(keys -> LogStatement.isSigned(note, purpose, statement, keys));
  }

  private void recover(JsonPart entry, byte[] content) {
    byId.clear();
    held.clear();
    waiting.clear();
    invited.clear();
    isIncomplete = false;
    follow(content);
    recovery = Optional.of(last);
    JsonPart said = entry.member(RECOVERY);
    if (!isAttested(RECOVERY, CanonicalJson.encode(said.tree()), entry)) {
      recovery = Optional.empty();
      faults.add("a recovery of operators is not signed by the keys of the log that are known");
    }
  }

  /** The next entry of type {@code operator}. */
  void change(byte[] content) {
    reading(
        "a change of an operator",
        () -> {
          JsonPart entry = JsonPart.readWithLongTexts(content);
          if (entry.has(RECOVERY)) {
            recover(entry, content);
            return;
          }
          JsonPart signed = entry.member("operator-change");
          Subject by = signed.member("by").of(Subject::operator);
          boolean may =
              approver(by).roles().contains(ACCESS_ADMINISTRATOR)
                  || isOwnPasskey(signed.member("change"), by);
          Optional<String> fault =
              may
                  ? unsigned(
                      entry.member("signed-by"),
                      by,
                      ADMINISTRATION,
                      CanonicalJson.encode(signed.tree()),
                      signed)
                  : Optional.of("somebody who is no access administrator");
          fault.ifPresentOrElse(
              why -> faults.add("a change of an operator is signed by " + why),
              () -> inOrder(content, signed));
        });
  }

  /** Whoever lost a passkey withdraws it, and needs no administrator. */
  private boolean isOwnPasskey(JsonPart change, Subject by) {
    return change.member("kind").text().equals("passkey-withdrawal")
        && change.member("operator").of(Subject::operator).equals(by)
        && find(change.member("passkey").text(), by).isPresent();
  }

  /** Each change names the one before it: so none can be left out, and none made twice. */
  private void inOrder(byte[] content, JsonPart signed) {
    Digest after = signed.member("after").digest();
    if (!after.equals(last) && changes.contains(after)) {
      faults.add("a change of an operator is here that was made already, or too late");
      return;
    }
    if (!after.equals(last)) {
      faults.add("a change of an operator follows one that is not here");
      isIncomplete = true;
    }
    JsonPart change = signed.member("change");
    // What is missing may have withdrawn whoever gives something here.
    if (!isIncomplete || WITHDRAWALS.contains(change.member("kind").text())) {
      apply(change);
    }
    follow(content);
  }

  private void follow(byte[] content) {
    last = Digest.of(content);
    changes.add(last);
  }

  private void apply(JsonPart change) {
    Subject operator = change.member("operator").of(Subject::operator);
    switch (change.member("kind").text()) {
      case "roles" -> held.put(operator, held(change));
      case "invitation" -> invited.put(operator, held(change));
      case "withdrawal" -> {
        held.remove(operator);
        withdraw(operator);
      }
      case "passkey-withdrawal" ->
          find(change.member("passkey").text(), operator)
              .ifPresent(passkey -> byId.remove(passkey.id()));
      case "activation" -> {
        RegisteredPasskey passkey = waiting.remove(change.member("registration").digest());
        if (passkey != null && passkey.operator().equals(operator)) {
          withdraw(operator);
          byId.put(passkey.id(), passkey);
          held.put(operator, invited.getOrDefault(operator, new Held(Set.of(), Set.of())));
        }
      }
      default -> {
        // It changes nothing of what is asked here.
      }
    }
  }

  private void withdraw(Subject operator) {
    byId.values().removeIf(passkey -> passkey.operator().equals(operator));
  }

  private static Held held(JsonPart change) {
    return new Held(
        change.member("roles").items().stream()
            .map(role -> role.member("role").text())
            .collect(Collectors.toUnmodifiableSet()),
        change.member("teams").items().stream()
            .map(JsonPart::text)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Why {@code by} is no signature of this operator over {@code signed}; empty if it is. */
  private Optional<String> unsigned(
      JsonPart by, Subject operator, String domain, byte[] signed, JsonPart where) {
    Assertion assertion = Assertion.of(by);
    Optional<RegisteredPasskey> signer = find(assertion.passkey(), operator);
    if (signer.isEmpty()) {
      return Optional.of("nobody who might");
    }
    byte[] challenge = Digest.of(domain.getBytes(US_ASCII), new byte[1], signed).bytes();
    int port = (int) Math.clamp(where.member("port").number(), 0, 65_535);
    return signer.get().fault(assertion, challenge, port).map(why -> "a signature that " + why);
  }

  private static byte[] without(JsonPart object, String member) {
    Map<String, Object> tree = members(object);
    tree.remove(member);
    return CanonicalJson.encode(tree);
  }

  private static Map<String, Object> members(JsonPart object) {
    Map<String, Object> tree = new HashMap<>();
    if (object.tree() instanceof Map<?, ?> members) {
      members.forEach((name, value) -> tree.put((String) name, value));
    }
    return tree;
  }

  private void reading(String what, Runnable work) {
    try {
      work.run();
    } catch (RecordRefused | IllegalArgumentException e) {
      faults.add(what + " cannot be read: " + e.getMessage());
    }
  }
}
