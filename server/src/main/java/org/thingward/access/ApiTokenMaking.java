package org.thingward.access;

import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.ledger.Ledger;
import org.thingward.platform.CeremonyRequest;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * How an API token comes to be: it is drawn whole, its creator's passkey signs for exactly this one
 * (rule O7), and it counts once that is in the log.
 */
final class ApiTokenMaking {
  /** What an operator holds at this moment: a token is given no more. */
  @FunctionalInterface
  interface Holdings {
    /** On which devices the operator holds the permission. */
    Scope of(Subject operator, Permission permission);
  }

  /**
   * A token that nobody has signed for yet, with its secret.
   *
   * @param whole whether its creator holds all that was wanted
   */
  record Draft(ApiToken token, ApiTokenText text, boolean whole) {}

  private static final int SECRET = 32;

  private final RelyingParty party;
  private final Passkeys passkeys;
  private final Challenges challenges;
  private final ApiTokens tokens;
  private final Holdings holdings;
  private final Ledger ledger;
  private final Randomness randomness;
  private final Time time;

  // By operator: of two drafts the later one counts.
  private final Map<Subject, Draft> drafts = new HashMap<>();

  ApiTokenMaking(
      RelyingParty party,
      Passkeys passkeys,
      Challenges challenges,
      ApiTokens tokens,
      Holdings holdings,
      Ledger ledger,
      Randomness randomness,
      Time time) {
    this.party = party;
    this.passkeys = passkeys;
    this.challenges = challenges;
    this.tokens = tokens;
    this.holdings = holdings;
    this.ledger = ledger;
    this.randomness = randomness;
    this.time = time;
  }

  /**
   * Draws a token of what is wanted, as far as its creator holds it.
   *
   * @param key the key that it is bound to
   * @throws Problem 422 if its creator holds nothing of it
   */
  Draft draw(
      Subject operator,
      Wanted wanted,
      Optional<Digest> key,
      Optional<ApiToken.Asker> asker,
      int port) {
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    Scope scope = Scope.NOWHERE;
    boolean whole = true;
    for (Permission permission : wanted.permissions()) {
      Scope held = holdings.of(operator, permission);
      Scope given = wanted.scope().and(held);
      whole &= held.covers(wanted.scope());
      if (!given.isNowhere()) {
        permissions.add(permission);
        scope = scope.or(given);
      }
    }
    if (permissions.isEmpty()) {
      throw new Problem(
          422,
          "token-rights",
          "You hold nothing of what this token is to be allowed, or on none of its devices.");
    }
    Instant now = time.now();
    ApiTokenText text = new ApiTokenText(randomness.id(), randomness.bytes(SECRET));
    return new Draft(
        new ApiToken(
            text.id(),
            wanted.name(),
            operator,
            permissions,
            scope,
            now,
            now.plus(wanted.life()),
            text.digest(),
            key,
            asker,
            port),
        text,
        whole);
  }

  /**
   * What a browser is to have signed, so that this draft becomes a token; ends an earlier draft.
   */
  synchronized Map<String, Object> ask(Draft draft) {
    Subject operator = draft.token().operator();
    if (tokens.of(operator).size() >= ApiTokens.MOST) {
      throw new Problem(
          409,
          "tokens-full",
          "You have " + ApiTokens.MOST + " tokens, which is all. Withdraw one.");
    }
    drafts.put(operator, draft);
    Challenge agreement = challenges.put(draft.token().agreement());
    return Map.of(
        "challenge", agreement.text(),
        "rpId", party.console().name(),
        "userVerification", "required",
        "allowCredentials", FurtherPasskeys.credentials(passkeys.of(operator)),
        "timeout", Challenges.LIFE.toMillis());
  }

  /**
   * Makes the token that was drafted, if its creator signed for it.
   *
   * @param code what the command line shows that asked for it; empty if its creator did
   * @throws Problem 409 if another was drafted since, 422 if the signature is not as it must be
   */
  synchronized Draft make(
      CeremonyRequest request, Subject operator, Optional<String> code, Fields answer) {
    Challenge challenge = challenges.take(Purpose.API_TOKEN, answer.text("challenge"));
    Draft draft = drafts.remove(operator);
    if (draft == null
        || !draft.token().agreement().text().equals(challenge.text())
        || !draft.token().asker().map(ApiToken.Asker::code).equals(code)) {
      throw new Problem(409, "challenge-over", "Another token was asked for since. Begin again.");
    }
    OwnSignature signed =
        OwnSignature.check(party, passkeys, operator, answer, challenge, request.port());
    var unused =
        ledger.append(
            EntryType.API_TOKEN,
            operator,
            draft.token().record(Vouching.byPasskey(signed.passkey(), signed.assertion())));
    signed.note(passkeys);
    tokens.add(draft.token(), signed.passkey());
    return draft;
  }
}
