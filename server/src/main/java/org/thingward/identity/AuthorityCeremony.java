package org.thingward.identity;

import java.nio.file.Path;
import java.util.Optional;
import org.thingward.ledger.Ledger;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;

/**
 * What is done to the issuing authorities while their server is stopped: a key is made, the root's
 * certificate for it is taken, and it issues from the next start on. Each step is done or not done,
 * whenever it is interrupted.
 */
public final class AuthorityCeremony {
  private final AuthorityFolder folder;
  private final Time time;

  private AuthorityCeremony(AuthorityFolder folder, Time time) {
    this.folder = folder;
    this.time = time;
  }

  /**
   * Opens the folder of the authorities.
   *
   * @param keys the folder, as that of {@link IdentitySettings}
   * @param keyEncryptionKey where the key that encrypts keys comes from
   * @param issuingKey the token in which new keys are made, if they shall not be files
   * @throws IllegalStateException if the key or the token does not open
   */
  public static AuthorityCeremony open(
      Path keys,
      KeyEncryptionPlace keyEncryptionKey,
      Optional<Pkcs11Uri> issuingKey,
      Time time,
      Randomness randomness) {
    NativeCrypto crypto = NativeCrypto.load();
    KeyEncryptionKey kek = KeyEncryptionKey.open(keyEncryptionKey, keys, randomness);
    KeyVault vault =
        KeyVaults.of(issuingKey, new FileVault(keys, kek, crypto, randomness), time, randomness);
    return new AuthorityCeremony(new AuthorityFolder(keys, vault, crypto, time, randomness), time);
  }

  /**
   * A request for the root.
   *
   * @param file where it is
   * @param key the digest of its public key, to be compared where it is signed
   */
  public record Requested(Path file, Digest key) {}

  /** Makes the key of the next authority, once, and asks for its certificate. */
  public Requested request() {
    Path file = folder.request();
    return new Requested(file, AuthorityFolder.keyOf(file));
  }

  /**
   * Takes what the root answered.
   *
   * @param certificate the certificate, PEM or DER
   * @param root the root's certificate; needed for the first alone
   * @return the authority's name
   * @throws IllegalStateException if it is not for the key that was asked for, saying why
   */
  public String take(byte[] certificate, Optional<byte[]> root) {
    return folder.take(certificate, root);
  }

  /**
   * Has the authority that was made ahead issue from the next start on; who ordered it and why are
   * on record before.
   *
   * @param ledger the stopped server's
   * @param by who orders it, in one line
   * @param reason why, in one line
   * @return its name
   * @throws IllegalStateException if none is made ahead
   * @throws IllegalArgumentException if the name or the reason is not one line
   */
  public String rotate(Ledger ledger, String by, String reason) {
    AuthorityChange.Issuing next = folder.madeAhead();
    AuthorityHistory history = AuthorityHistory.of(ledger);
    // What was interrupted after its entry is done without another.
    if (!history.newest().equals(Optional.of(next))) {
      AuthorityChange change =
          new AuthorityChange(Optional.of(folder.issuing()), next, by, reason, time.now());
      var unused = change.append(ledger);
    }
    folder.rotate(next.name());
    return next.name();
  }
}
