package org.thingward.access;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.thingward.platform.Problem;
import org.thingward.trust.Digest;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;

/**
 * Who the operators are and what each holds, as the log says it: no table adds one or gives a role
 * (rule O2). The same rules hold when a change is made and when it is read again at a start.
 */
final class Operators {
  private final Map<Subject, Operator> byName = new TreeMap<>();

  /** How long who is left as the only administrator does not count as one who was always alone. */
  static final Duration SOLITUDE = Duration.ofHours(72);

  /** How many names there are at most, those who were withdrawn included. */
  private static final int MOST = 1_000;

  private final Invitations invitations = new Invitations();
  private final Passkeys passkeys;
  private final RelyingParty party;
  private volatile Map<Subject, Map<Permission, Scope>> rights = Map.of();
  private Optional<Instant> leftAlone = Optional.empty();
  private final Ousting ousting = new Ousting();
  private final OperatorHistory history = new OperatorHistory();

  Operators(Passkeys passkeys, RelyingParty party) {
    this.passkeys = passkeys;
    this.party = party;
  }

  /** On which devices the operator holds the permission now. */
  Scope scope(Subject operator, Permission permission) {
    return history.gap().isPresent() ? Scope.NOWHERE : onRecord(operator, permission);
  }

  /** As far as the log can be read. */
  private Scope onRecord(Subject operator, Permission permission) {
    Map<Permission, Scope> held = rights.get(operator);
    return held == null ? Scope.NOWHERE : held.getOrDefault(permission, Scope.NOWHERE);
  }

  /** Whether this operator changes who may do what, as far as the log can be read. */
  boolean isAdministrator(Subject operator) {
    return onRecord(operator, Permission.ADMINISTER_ACCESS).isEverywhere();
  }

  /**
   * Returns if the log says everything about operators.
   *
   * @throws Problem 503 if something is missing
   */
  void requireComplete() {
    history
        .gap()
        .ifPresent(gap -> {
          throw gap.problem();
        });
  }

  /** All that there are and were, by name. */
  synchronized List<Operator> all() {
    return List.copyOf(byName.values());
  }

  synchronized Optional<Operator> find(Subject name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** How many may change who may do what; with one there is no separation of duties (rule O6). */
  synchronized long accessAdministrators() {
    return byName.values().stream().filter(Operator::isAccessAdministrator).count();
  }

  /**
   * Whether one administrator may do alone what otherwise takes two. Whoever becomes the only one,
   * by withdrawing the others, waits for long, so that it is seen.
   */
  private boolean isAlone(Instant now) {
    return accessAdministrators() == 1
        && !now.isBefore(leftAlone.map(since -> since.plus(SOLITUDE)).orElse(now));
  }

  /** The entries by which they are what they are. */
  OperatorHistory history() {
    return history;
  }

  /** Everybody ends; what was missing from before matters no more. */
  synchronized void recover(Recovery ordered, byte[] entry) {
    for (Operator each : all()) {
      passkeys.of(each.name()).forEach(passkeys::withdraw);
      if (each.isActive()) {
        put(each.withdrawn(ordered.at()));
      }
    }
    invitations.clear();
    leftAlone = Optional.empty();
    history.recover(ordered, entry);
  }

  /** The first passkey was registered: its operator holds every role everywhere. */
  synchronized void first(Subject operator, Instant at, byte[] entry) {
    put(new Operator(operator, Assignment.ALL, Set.of(), at, Optional.empty()));
    history.first(entry);
  }

  /**
   * Returns if this change may be made now, signed by this passkey.
   *
   * @throws Problem 403 if whoever asks may not, 404 or 409 if it cannot be done
   */
  synchronized void require(SignedChange signed) {
    if (!signed.after().equals(history.last())) {
      throw new Problem(
          409, "changed-since", "Something else about operators was changed since. Begin again.");
    }
    if (!isOwnPasskey(signed) && !isAdministrator(signed.by())) {
      throw new Problem(
          403,
          "not-administrator",
          "'" + signed.by().name() + "' does not hold administer-access.");
    }
    switch (signed.change()) {
      case OperatorChange.Roles roles -> {
        requireOther(signed, "roles");
        requireActive(roles.operator());
      }
      case OperatorChange.Withdrawal gone -> {
        requireOther(signed, "account");
        requireActive(gone.operator());
      }
      case OperatorChange.PasskeyWithdrawal passkey -> requirePasskey(passkey);
      case OperatorChange.Invitation invitation -> {
        requireOther(signed, "account");
        requireRoom(invitation.operator());
        invitations.requireNone(invitation.operator(), signed.at());
      }
      case OperatorChange.InvitationEnd end -> {
        Invited unused = invitations.require(end.operator());
      }
      case OperatorChange.Activation activation -> {
        Invited unused = invitations.requireFollowed(signed, activation, isAlone(signed.at()));
      }
    }
  }

  /** Asked for when a change is begun: see {@link Ousting}. */
  synchronized void requireNotTheNext(SignedChange signed) {
    if (isAdministrator(signed.change().operator()) && Ousting.is(signed.change())) {
      ousting.requireNotTheNext(signed);
    }
  }

  /** Whoever lost a passkey need not wait for an administrator. */
  private static boolean isOwnPasskey(SignedChange signed) {
    return signed.change() instanceof OperatorChange.PasskeyWithdrawal own
        && own.operator().equals(signed.by());
  }

  private void requireActive(Subject name) {
    if (find(name).filter(Operator::isActive).isEmpty()) {
      throw new Problem(404, "operator-unknown", "There is no operator '" + name.name() + "'.");
    }
  }

  private void requireRoom(Subject name) {
    if (byName.size() >= MOST && !byName.containsKey(name)) {
      throw new Problem(409, "operators-full", "There are " + MOST + " operators, which is all.");
    }
  }

  /** Nobody raises himself, and whoever withdraws is still there: so the last one cannot go. */
  private static void requireOther(SignedChange signed, String what) {
    if (signed.by().equals(signed.change().operator())) {
      throw new Problem(
          403, "own-" + what, "Nobody changes his own " + what + ": another administrator does.");
    }
  }

  private void requirePasskey(OperatorChange.PasskeyWithdrawal change) {
    List<Passkey> own = passkeys.of(change.operator());
    if (own.stream().noneMatch(passkey -> passkey.id().equals(change.passkey()))) {
      throw new Problem(404, "passkey-unknown", "This operator has no such passkey.");
    }
    if (own.size() == 1) {
      throw new Problem(
          409,
          "last-passkey",
          "It is the only passkey of this operator: withdraw the operator, or invite anew.");
    }
  }

  /** Makes a change that is in the log, as this entry. */
  synchronized void apply(SignedChange signed, byte[] entry) {
    Subject name = signed.change().operator();
    boolean hadOthers = accessAdministrators() > 1;
    if (isAdministrator(name) && Ousting.is(signed.change())) {
      ousting.note(signed);
    }
    switch (signed.change()) {
      case OperatorChange.Roles roles -> {
        put(find(name).orElseThrow().with(roles.roles(), roles.teams()));
        dropInvitationsUnlessAdministrator(name);
      }
      case OperatorChange.Withdrawal gone -> {
        put(find(name).orElseThrow().withdrawn(signed.at()));
        passkeys.of(name).forEach(passkeys::withdraw);
        dropInvitationsUnlessAdministrator(name);
      }
      case OperatorChange.PasskeyWithdrawal one ->
          passkeys.find(one.passkey()).ifPresent(passkeys::withdraw);
      case OperatorChange.Invitation invitation ->
          invitations.put(new Invited(invitation, signed.by(), signed.at(), Optional.empty()));
      case OperatorChange.InvitationEnd end -> invitations.remove(name);
      case OperatorChange.Activation activation -> activate(signed.at(), invitations.require(name));
    }
    if (hadOthers && accessAdministrators() == 1) {
      leftAlone = Optional.of(signed.at());
    }
    history.follow(entry);
  }

  private void activate(Instant at, Invited invited) {
    Subject name = invited.invitation().operator();
    passkeys.of(name).forEach(passkeys::withdraw);
    passkeys.add(invited.registration().orElseThrow().passkey(party));
    Instant since = find(name).map(Operator::since).orElse(at);
    put(
        new Operator(
            name,
            invited.invitation().roles(),
            invited.invitation().teams(),
            since,
            Optional.empty()));
    invitations.remove(name);
    dropInvitationsUnlessAdministrator(name);
  }

  private void dropInvitationsUnlessAdministrator(Subject name) {
    if (!isAdministrator(name)) {
      invitations.removeBy(name);
    }
  }

  /** The invitation whose link has this secret's digest, if it may be used now. */
  synchronized Optional<Invited> invited(Digest link, Instant now) {
    return invitations.find(link, now);
  }

  /** The open invitation of this name. */
  synchronized Optional<Invited> invited(Subject name) {
    return invitations.find(name);
  }

  /** The invitations that are open. */
  synchronized List<Invited> invitations() {
    return invitations.all();
  }

  /** A registration by a link is in the log; what waits now, unless the link was over. */
  synchronized Optional<Invited> registered(Registration registration, Digest link) {
    Optional<Invited> waiting =
        invitations
            .find(link, registration.at())
            .filter(it -> it.invitation().operator().equals(registration.operator()))
            .map(it -> it.with(registration));
    waiting.ifPresent(invitations::put);
    return waiting;
  }

  private void put(Operator operator) {
    byName.put(operator.name(), operator);
    Map<Subject, Map<Permission, Scope>> next = new HashMap<>(rights);
    next.put(operator.name(), operator.rights());
    rights = Map.copyOf(next);
  }
}
