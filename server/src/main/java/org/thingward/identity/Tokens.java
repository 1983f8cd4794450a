package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.thingward.ledger.Ledger;
import org.thingward.platform.FilteredPage;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.policy.Durations;

/** Enrolment tokens (rule I2): made by operators, shown once, each for one device or service. */
final class Tokens {
  static final Duration USUAL_LIFE = Duration.ofHours(24);

  private static final Duration BY_HARDWARE = Duration.ofMinutes(10);
  private static final Subject ATTESTATION = Subject.service("attestation");

  private final TokenStore store;
  private final OpenTokens open;
  private final Ledger ledger;
  private final KeyEncryptionKey kek;
  private final Digest authority;
  private final Supplier<Duration> longestLife;
  private final Predicate<Subject> retired;
  private final Time time;
  private final Randomness randomness;

  /**
   * Tokens for one authority.
   *
   * @param kek seals what a token's holder may prove itself with by a MAC
   * @param authority its fingerprint
   * @param longestLife how long the policy in force lets a token live
   * @param retired whether a subject's id is out of use for good
   */
  Tokens(
      TokenStore store,
      OpenTokens open,
      Ledger ledger,
      KeyEncryptionKey kek,
      Digest authority,
      Supplier<Duration> longestLife,
      Predicate<Subject> retired,
      Time time,
      Randomness randomness) {
    this.store = store;
    this.open = open;
    this.ledger = ledger;
    this.kek = kek;
    this.authority = authority;
    this.longestLife = longestLife;
    this.retired = retired;
    this.time = time;
    this.randomness = randomness;
  }

  /** A token for a device that proved its hardware: soon over, and made by nobody. */
  String makeByHardware(Subject device) {
    Duration longest = longestLife.get();
    Duration life = BY_HARDWARE.compareTo(longest) < 0 ? BY_HARDWARE : longest;
    Asked asked = new Asked(device, Profile.usual(device), List.of(), Optional.of(life), false);
    return make(asked, ATTESTATION, time.now()).secret().reveal();
  }

  /**
   * A token just made.
   *
   * @param record what is kept of it
   * @param secret what is shown, once
   * @param macSecret what its holder may prove itself with by a MAC, shown once, if that was asked
   */
  record Made(TokenRecord record, EnrolmentToken secret, Optional<MacSecret> macSecret) {}

  /**
   * What is asked for.
   *
   * @param profile what its certificate shall be like; it suits {@code subject}
   * @param names the DNS names that it may hold; of servers only
   * @param life how long it shall live; empty for the usual time
   * @param byMac whether its holder shall be able to prove itself by a MAC too
   */
  record Asked(
      Subject subject,
      Profile profile,
      List<String> names,
      Optional<Duration> life,
      boolean byMac) {}

  /**
   * Makes a token; durable, and in the ledger, when it returns.
   *
   * @param at when it was asked for: of a fall after that it is void
   * @throws Problem 422 if it would live longer than the policy allows, 409 if the id is retired
   */
  Made make(Asked asked, Subject operator, Instant at) {
    Subject subject = asked.subject();
    Duration life = life(asked.life());
    requireNotRetired(subject);
    EnrolmentToken secret = EnrolmentToken.draw(authority, randomness);
    Instant now = at.truncatedTo(ChronoUnit.MICROS); // As the database keeps it.
    TokenRecord record =
        new TokenRecord(
            randomness.id(),
            secret.digest(),
            subject,
            asked.profile(),
            asked.names(),
            false,
            now,
            operator.name(),
            now.plus(life),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Optional<MacSecret> macSecret =
        asked.byMac() ? Optional.of(MacSecret.of(secret)) : Optional.empty();
    Optional<byte[]> sealed = macSecret.map(it -> it.sealed(kek, record));
    store.inTransaction(() -> {
      Receipt receipt = ledger.appendWithTransaction(EntryType.TOKEN, subject, record.record());
      store.insert(record, receipt, sealed);
      return receipt;
    });
    open.add(record);
    return new Made(record, secret, macSecret);
  }

  /**
   * How long a token lives, as asked or for the usual time.
   *
   * @throws Problem 422 if the policy does not allow it
   */
  Duration life(Optional<Duration> asked) {
    Duration longest = longestLife.get();
    Duration life = asked.orElse(USUAL_LIFE.compareTo(longest) < 0 ? USUAL_LIFE : longest);
    if (life.compareTo(longest) > 0) {
      throw new Problem(
          422,
          "token-life",
          "%s is longer than the policy's %s for tokens. Nothing was created."
              .formatted(Durations.text(life), Durations.text(longest)));
    }
    return life;
  }

  /**
   * Returns if the subject's id is in use.
   *
   * @throws Problem 409 if it is not, for good
   */
  void requireNotRetired(Subject subject) {
    if (retired.test(subject)) {
      throw new Problem(
          409,
          "device-retired",
          "%s is retired, and its id is given to no other device: register the new one under an id of its own."
              .formatted(subject));
    }
  }

  /**
   * The record of a token that is shown and may be used now.
   *
   * @param user the id that the device gave with it; empty if it gave none
   * @throws Problem 401 if there is no such token, 403 if it may not be used
   */
  TokenRecord prove(EnrolmentToken secret, Optional<String> user) {
    TokenRecord token =
        store
            .find(secret.digest())
            .orElseThrow(() ->
                new Problem(
                    401,
                    "token-unknown",
                    "No such token was ever made here: check that it is whole, and that this is the server it was made for."));
    user.filter(name -> !name.equals(token.subject().name()))
        .ifPresent(name -> {
          throw new Problem(
              403, "token-subject", "This token was made for another device or service.");
        });
    return usable(token);
  }

  /**
   * A token whose holder has yet to prove itself.
   *
   * @param secret what its MAC is keyed with
   */
  record Claimed(TokenRecord token, MacSecret secret) {}

  /**
   * The token that a message names and whose secret its MAC is keyed with; whoever calls checks the
   * MAC, and then asks whether the token is {@link #usable}.
   */
  Optional<Claimed> claimed(UUID id) {
    return store
        .findByMac(id)
        .map(found ->
            new Claimed(found.token(), MacSecret.open(kek, found.token(), found.macSecret())));
  }

  /**
   * This token, if it may be used now.
   *
   * @throws Problem 403 if not
   */
  TokenRecord usable(TokenRecord token) {
    if (token.voided().isPresent()) {
      throw new Problem(
          403, "token-void", "This token was withdrawn. Ask your operator for a new one.");
    }
    if (!time.now().isBefore(token.ends())) {
      throw new Problem(
          403, "token-ended", "This token ended at " + token.ends() + ". Ask for a new one.");
    }
    return token;
  }

  /** Those that are {@code shown}, newest first: at most so many, made before that one. */
  List<TokenRecord> page(Optional<UUID> before, int limit, Predicate<TokenRecord> shown) {
    return FilteredPage.of(before, limit, store::page, last -> Optional.of(last.id()), shown);
  }

  /**
   * Withdraws a token.
   *
   * @param allowed whether the tokens of a subject may be withdrawn
   * @throws Problem 404 if there is none that may
   */
  void withdraw(UUID id, Predicate<Subject> allowed) {
    Instant now = time.now();
    boolean withdrawn =
        store.inTransaction(() -> {
          Optional<Subject> subject =
              store.subjectOf(id).filter(allowed).flatMap(may -> store.withdraw(id, now));
          subject.ifPresent(about -> recordWithdrawal(about, id, now));
          return subject.isPresent();
        });
    if (!withdrawn) {
      throw new Problem(
          404, "no-such-token", "There is no token " + id + " that could still be withdrawn.");
    }
    open.remove(id);
  }

  /** Withdraws a token that may be used, within a transaction; whoever calls closes it after. */
  void withdrawWithin(TokenRecord token, Instant now) {
    store.withdraw(token.id(), now).ifPresent(about -> recordWithdrawal(about, token.id(), now));
  }

  private void recordWithdrawal(Subject subject, UUID id, Instant now) {
    var unused =
        ledger.appendWithTransaction(EntryType.TOKEN, subject, TokenRecord.withdrawal(id, now));
  }

  /**
   * Withdraws the tokens of a subject that were made until then; doing it again changes nothing.
   */
  int withdrawAll(Subject subject, Instant madeUntil) {
    Instant now = time.now();
    List<UUID> withdrawn =
        store.inTransaction(() -> {
          List<UUID> ids = store.withdrawAll(subject, madeUntil, now);
          ids.forEach(id -> recordWithdrawal(subject, id, now));
          return ids;
        });
    withdrawn.forEach(open::remove);
    return withdrawn.size();
  }
}
