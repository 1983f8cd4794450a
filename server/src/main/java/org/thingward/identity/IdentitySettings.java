package org.thingward.identity;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.thingward.platform.CryptoProfile;

/**
 * How identities are set up.
 *
 * @param folder the folder for keys and certificates of the authority; exists, mode 0700
 * @param keyEncryptionKey where the key that encrypts keys comes from
 * @param issuingKey the PKCS#11 token in which issuing keys are made; empty for encrypted files
 * @param hosts the DNS names and addresses at which devices reach this server; one at least
 * @param publicUrl the URL of the device listener as devices see it, without a slash at its end,
 *     e.g. {@code https://things.example:8443}; if given, certificates name the revocation list
 *     there
 * @param life how long a device's certificate lasts; one can be renewed from half of it on
 * @param crypto which keys are certified
 * @param deviceAuthorities authorities of the fleet's own whose certificates are admitted
 * @param makesKeys whether keys are made here for devices that ask for it
 * @param bindsChannels whether a request over EST must name its connection
 * @param acme how server certificates are given over ACME
 */
public record IdentitySettings(
    Path folder,
    KeyEncryptionPlace keyEncryptionKey,
    Optional<Pkcs11Uri> issuingKey,
    List<String> hosts,
    Optional<String> publicUrl,
    Duration life,
    CryptoProfile crypto,
    List<DeviceAuthority> deviceAuthorities,
    boolean makesKeys,
    boolean bindsChannels,
    AcmeSettings acme) {
  /** How long certificates last unless configured otherwise. */
  public static final Duration USUAL_LIFE = Duration.ofDays(7);

  /**
   * The names by which this server itself is known, in lower case: no other server may have them.
   */
  List<String> ownNames() {
    return Stream.of(
            hosts.stream(),
            publicUrl.map(url -> URI.create(url).getHost()).stream(),
            acme.reserved().stream())
        .flatMap(names -> names)
        .map(name -> name.toLowerCase(Locale.ROOT))
        .distinct()
        .toList();
  }

  /** Refuses what cannot work, with {@link IllegalArgumentException}. */
  public IdentitySettings {
    hosts = List.copyOf(hosts);
    deviceAuthorities = List.copyOf(deviceAuthorities);
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("the device listener needs a name or address");
    }
    if (life.compareTo(Duration.ofMinutes(1)) < 0 || life.compareTo(Duration.ofDays(825)) > 0) {
      throw new IllegalArgumentException("certificates last from 1 minute to 825 days");
    }
  }
}
