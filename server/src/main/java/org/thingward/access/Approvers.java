package org.thingward.access;

import com.webauthn4j.data.attestation.authenticator.COSEKey;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.thingward.platform.DevicePlaces;
import org.thingward.trust.Digest;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;
import org.thingward.verify.approval.Approver;
import org.thingward.verify.approval.Quorum;

/**
 * The operators as quorums look at them, at this moment: whoever was withdrawn is none any more,
 * and a role counts where it is held on every device that a change is about.
 */
final class Approvers {
  private final Operators operators;
  private final Passkeys passkeys;
  private final DevicePlaces places;
  private final ApproverAuthenticators authenticators;

  Approvers(
      Operators operators,
      Passkeys passkeys,
      DevicePlaces places,
      ApproverAuthenticators authenticators) {
    this.operators = operators;
    this.passkeys = passkeys;
    this.places = places;
    this.authenticators = authenticators;
  }

  /** An operator, for a change of these devices; one who is none any more has no role. */
  Approver of(Subject operator, Collection<Subject> devices) {
    Optional<Operator> known = operators.find(operator).filter(Operator::isActive);
    return new Approver(
        operator,
        known.map(one -> roles(one, devices)).orElse(Set.of()),
        known.map(Operator::teams).orElse(Set.of()),
        credentials(operator));
  }

  /** All who are active, for a change of these devices. */
  List<Approver> all(Collection<Subject> devices) {
    return operators.all().stream()
        .filter(Operator::isActive)
        .map(one -> of(one.name(), devices))
        .toList();
  }

  /** Whether this operator's word counts on what another did without asking. */
  boolean mayReview(Subject operator) {
    return operators.find(operator).filter(Operator::isActive).stream()
        .flatMap(one -> one.roles().stream())
        .map(Assignment::role)
        .anyMatch(role -> role != Role.VIEWER && role != Role.OPERATOR);
  }

  /** Whether these are one person under two names: they have a key in common. */
  boolean isSamePerson(Subject one, Subject other) {
    return one.equals(other) || credentials(one).stream().anyMatch(credentials(other)::contains);
  }

  /** Whether this passkey is one of this operator's still, and one that can approve. */
  boolean holds(Subject operator, String passkey) {
    return passkeys
        .find(passkey)
        .filter(it -> it.operator().equals(operator) && authenticators.accept(it))
        .isPresent();
  }

  /** Whether this operator's agreement would count for some part of these quorums. */
  static boolean counts(Approver approver, Collection<Quorum> quorums) {
    return quorums.stream()
        .flatMap(quorum -> quorum.ways().stream())
        .flatMap(List::stream)
        .anyMatch(part ->
            (part.trait() == Quorum.Trait.ROLE ? approver.roles() : approver.teams())
                .contains(part.name()));
  }

  private Set<String> roles(Operator operator, Collection<Subject> devices) {
    return operator.roles().stream()
        .map(Assignment::role)
        .distinct()
        .filter(role -> covers(area(operator, role), devices))
        .map(Role::word)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Scope area(Operator operator, Role role) {
    return new Scope(
        operator.roles().stream()
            .filter(each -> each.role() == role)
            .map(Assignment::area)
            .toList());
  }

  private boolean covers(Scope scope, Collection<Subject> devices) {
    return scope.isEverywhere()
        || (!devices.isEmpty() && devices.stream().allMatch(device -> isIn(scope, device)));
  }

  private boolean isIn(Scope scope, Subject device) {
    return device.kind() == SubjectKind.DEVICE
        && places
            .of(device.name())
            .filter(place -> scope.contains(place.region(), place.product()))
            .isPresent();
  }

  private Set<String> credentials(Subject operator) {
    return passkeys.of(operator).stream()
        .map(Approvers::key)
        .flatMap(Optional::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The digest of its public key: the same under whatever credential's id. */
  private static Optional<String> key(Passkey passkey) {
    COSEKey key =
        Objects.requireNonNull(
                Objects.requireNonNull(passkey.data().getAttestationObject())
                    .getAuthenticatorData()
                    .getAttestedCredentialData())
            .getCOSEKey();
    return Optional.ofNullable(key.getPublicKey())
        .map(found -> Digest.of(found.getEncoded()).toString());
  }
}
