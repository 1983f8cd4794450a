package org.thingward.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Operation;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/**
 * Tokens whose secrets are derived by a group key, so that their maker needs to be told none (rule
 * I2). Each is listed by an operator, is for the first enrolment of its device alone, and is
 * otherwise a token like any other.
 */
final class DerivedTokens {
  private static final int MOST_NAMED = 5;

  private final Tokens tokens;
  private final TokenStore store;
  private final OpenTokens open;
  private final IdentityStore certificates;
  private final LiveCertificates live;
  private final Ledger ledger;
  private final Digest authority;
  private final Randomness randomness;

  /**
   * Tokens for one authority.
   *
   * @param authority its fingerprint
   */
  DerivedTokens(
      Tokens tokens,
      TokenStore store,
      OpenTokens open,
      IdentityStore certificates,
      LiveCertificates live,
      Ledger ledger,
      Digest authority,
      Randomness randomness) {
    this.tokens = tokens;
    this.store = store;
    this.open = open;
    this.certificates = certificates;
    this.live = live;
    this.ledger = ledger;
    this.authority = authority;
    this.randomness = randomness;
  }

  /**
   * What is asked for.
   *
   * @param devices for which, none twice
   * @param life how long each shall live; empty for the usual time
   * @param replacing whether they take the place of derived tokens that are open, e.g. because the
   *     former group key leaked
   */
  record Asked(List<Subject> devices, Optional<Duration> life, boolean replacing) {
    Asked {
      devices = List.copyOf(devices);
    }
  }

  /**
   * Returns if each of these devices may have a derived token.
   *
   * @throws Problem 409 naming those that may not, 422 if they would live too long
   */
  void requireMayBegin(Asked asked) {
    Duration unused = tokens.life(asked.life());
    asked.devices().forEach(tokens::requireNotRetired);
    refuseBegun(asked.devices());
  }

  /** Asked of the record and of the database: a row that is missing makes no device new (L4). */
  private void refuseBegun(List<Subject> devices) {
    Set<Subject> stored = certificates.begun(devices);
    refuseAny(
        devices.stream()
            .filter(device -> stored.contains(device) || live.everStated(device))
            .toList(),
        "derived-not-first",
        "%s: has or had a certificate, and a derived token is for a first one. Make a token of its"
            + " own: thingward token create.");
  }

  /**
   * Makes them all, or none; durable, and in the ledger, when it returns.
   *
   * @param at when they were asked for: of a fall after that they are void
   * @throws Problem 409 naming devices whose token cannot be made, 422 as above
   */
  List<TokenRecord> make(Asked asked, GroupKey key, Subject operator, Instant at) {
    Duration life = tokens.life(asked.life());
    Instant now = at.truncatedTo(ChronoUnit.MICROS); // As the database keeps it.
    List<TokenRecord> made =
        asked.devices().stream()
            .map(device -> record(device, key, operator, now, now.plus(life)))
            .toList();
    List<UUID> replaced = store.inTransaction(() -> makeWithin(asked, made, now));
    replaced.forEach(open::remove);
    made.forEach(open::add);
    return made;
  }

  private TokenRecord record(
      Subject device, GroupKey key, Subject operator, Instant now, Instant ends) {
    return new TokenRecord(
        randomness.id(),
        key.tokenOf(device, authority).digest(),
        device,
        Profile.DEVICE,
        List.of(),
        true,
        now,
        operator.name(),
        ends,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private List<UUID> makeWithin(Asked asked, List<TokenRecord> made, Instant now) {
    store.lockDerived();
    if (!certificates.begun(asked.devices()).isEmpty()) {
      throw Operation.changedMeanwhile("A device of the list got a certificate");
    }
    Collection<TokenRecord> before = store.derivedFor(asked.devices());
    makeRoom(before, made, now);
    List<TokenRecord> replaced =
        before.stream().filter(token -> token.status(now).equals("open")).toList();
    if (!asked.replacing()) {
      refuseAny(
          replaced.stream().map(TokenRecord::subject).distinct().toList(),
          "derived-open",
          "%s: has a derived token by another group key that is still open. Say \"replace\" to have"
              + " the new one take its place.");
    }
    replaced.forEach(token -> tokens.withdrawWithin(token, now));
    List<Receipt> receipts = new ArrayList<>();
    made.forEach(token ->
        receipts.add(
            ledger.appendWithTransaction(EntryType.TOKEN, token.subject(), token.record())));
    store.insertDerived(made, receipts);
    return replaced.stream().map(TokenRecord::id).toList();
  }

  /** The same secret is given again only if it ended and nobody used or withdrew it. */
  private void makeRoom(Collection<TokenRecord> before, List<TokenRecord> made, Instant now) {
    Map<Digest, TokenRecord> same = new HashMap<>();
    Set<Digest> digests = new HashSet<>(made.stream().map(TokenRecord::digest).toList());
    before.stream()
        .filter(token -> digests.contains(token.digest()))
        .forEach(token -> same.put(token.digest(), token));
    refuseAny(
        same.values().stream()
            .filter(token -> token.status(now).equals("open"))
            .map(TokenRecord::subject)
            .toList(),
        "derived-open",
        "%s: has its token by this group key, and it is still open.");
    refuseAny(
        same.values().stream()
            .filter(token -> token.key().isPresent() || token.voided().isPresent())
            .map(TokenRecord::subject)
            .toList(),
        "derived-spent",
        "%s: had its token by this group key, and it was used or withdrawn. Take another group key,"
            + " or make a token of its own: thingward token create.");
    store.forget(same.values().stream().map(TokenRecord::id).toList());
  }

  private static void refuseAny(List<Subject> devices, String type, String reason) {
    if (devices.isEmpty()) {
      return;
    }
    List<String> names = devices.stream().map(Subject::name).sorted().toList();
    String named = String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())));
    String more =
        names.size() > MOST_NAMED ? " and %d more".formatted(names.size() - MOST_NAMED) : "";
    throw new Problem(
        409,
        type,
        reason.formatted(named + more) + " Nothing was created.",
        Map.of("devices", names));
  }
}
