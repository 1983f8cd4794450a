package org.thingward.identity;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.thingward.trust.Digest;

/**
 * What an account asks for: one certificate for these names.
 *
 * @param id its name
 * @param account whose it is
 * @param made when it was asked for
 * @param ends until when it can be completed
 * @param replaces the certificate that it says to take the place of (RFC 9773 §5)
 * @param certificate what came of it
 * @param parts what has to be shown, one for each name
 */
record AcmeOrder(
    UUID id,
    UUID account,
    Instant made,
    Instant ends,
    Optional<Digest> replaces,
    Optional<Digest> certificate,
    List<AcmeAuthorization> parts) {
  AcmeOrder {
    parts = List.copyOf(parts);
  }

  /** Where an order stands (RFC 8555 §7.1.6). */
  enum Status {
    PENDING,
    READY,
    VALID,
    INVALID;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Status status(Instant now) {
    if (certificate.isPresent()) {
      return Status.VALID;
    }
    if (!now.isBefore(ends) || has(AcmeAuthorization.State.INVALID)) {
      return Status.INVALID;
    }
    return has(AcmeAuthorization.State.PENDING) ? Status.PENDING : Status.READY;
  }

  /** The names in the order in which they were asked for. */
  List<AcmeIdentifier> identifiers() {
    return parts.stream().map(AcmeAuthorization::identifier).toList();
  }

  /** DNS names alone. */
  List<String> dnsNames() {
    return identifiers().stream()
        .filter(identifier -> identifier.type() == AcmeIdentifier.Type.DNS)
        .map(AcmeIdentifier::value)
        .toList();
  }

  private boolean has(AcmeAuthorization.State state) {
    return parts.stream().anyMatch(part -> part.state() == state);
  }
}
