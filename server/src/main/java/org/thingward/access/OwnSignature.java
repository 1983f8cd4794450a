package org.thingward.access;

import org.thingward.platform.Problem;
import org.thingward.trust.Subject;

/**
 * What an operator who is logged in signed with a passkey of their own.
 *
 * @param passkey by which passkey
 * @param assertion what the authenticator answered, checked
 * @param counter the passkey's counter after it; to be noted once what was signed is on record
 */
record OwnSignature(Passkey passkey, RelyingParty.Assertion assertion, long counter) {
  /**
   * Checks an answer to {@code challenge}.
   *
   * @param port where the operator listener took it
   * @throws Problem 422 if it is by no passkey of this operator, or not over this challenge
   */
  static OwnSignature check(
      RelyingParty party,
      Passkeys passkeys,
      Subject operator,
      Fields answer,
      Challenge challenge,
      int port) {
    Passkey passkey =
        passkeys
            .find(answer.text("id"))
            .filter(it -> it.operator().equals(operator))
            .orElseThrow(() ->
                new Problem(
                    422, "passkey-unknown", "Sign with a passkey of yours that is registered."));
    RelyingParty.Assertion assertion = RelyingParty.Assertion.read(answer.object("response"));
    long counter = party.verify(passkey, passkeys.counter(passkey), challenge, port, assertion);
    return new OwnSignature(passkey, assertion, counter);
  }

  /** Notes that it was made. */
  void note(Passkeys passkeys) {
    passkeys.used(passkey.id(), counter);
  }
}
